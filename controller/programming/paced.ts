export interface PacedTask {
  /** Has the task run soon, once for any number of requests. */
  request(): void;
  stop(): void;
}

/**
 * Runs a task at most a tenth of the time: after a run it waits nine times as long.
 *
 * @param task answers whether it has more to do
 */
export function createPacedTask(task: () => boolean, now: () => number): PacedTask {
  let notBefore = 0;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  function run(): void {
    timer = null;
    const started = now();
    const hasMore = task();
    const ended = now();
    notBefore = ended + 9 * (ended - started);
    if (hasMore) request();
  }

  function request(): void {
    if (stopped || timer !== null) return;
    timer = setTimeout(run, Math.max(0, notBefore - now())).unref();
  }

  return {
    request,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
