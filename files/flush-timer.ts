/**
 * Events of one save come within a fraction of this, and so do those of a tool that renames many files; a person does
 * not notice it.
 */
const COALESCE_MS = 3;
/** Events that do not stop are handed on this often. */
const COALESCE_LIMIT_MS = 50;

/** Decides when collected events are looked at. */
export interface FlushTimer {
  /** An event came in. */
  event(): void;
  /** Something is to be looked at at this time (of the clock handed in). */
  at(time: number): void;
  stop(): void;
}

export function createFlushTimer(now: () => number, flush: () => void): FlushTimer {
  let timer: NodeJS.Timeout | null = null;
  let dueAt = Infinity;
  let burst: { readonly first: number; last: number } | null = null;
  let stopped = false;

  const run = (): void => {
    if (stopped) return;
    const settled = burst === null ? 0 : Math.min(burst.last + COALESCE_MS, burst.first + COALESCE_LIMIT_MS);
    if (settled > now()) return arm(settled);
    burst = null;
    flush();
  };
  const arm = (time: number): void => {
    if (stopped || time >= dueAt) return;
    if (timer !== null) clearTimeout(timer);
    dueAt = time;
    timer = setTimeout(fire, Math.max(0, Math.ceil(time - now())));
  };
  const fire = (): void => {
    timer = null;
    dueAt = Infinity;
    // Timers run before the system's events: after a busy spell the events that say "still being written" come first.
    setImmediate(run);
  };
  const event = (): void => {
    const time = now();
    burst = { first: burst?.first ?? time, last: time };
    arm(time + COALESCE_MS);
  };
  const stop = (): void => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
  };
  return { event, at: arm, stop };
}
