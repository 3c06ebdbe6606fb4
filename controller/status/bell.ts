import type { Clock } from '../../kubernetes/clock.ts';

/** Sleep that can be cut short, also by a ring just before it. One waits at a time. */
export interface Bell {
  /** At most so many ms; until it is rung where null. */
  wait(ms: number | null): Promise<void>;
  ring(): void;
}

/** @param signal ends the sleeps that are left */
export function createBell(clock: Clock, signal: AbortSignal): Bell {
  let wake: (() => void) | null = null;
  let isRung = false;
  let armed = Number.POSITIVE_INFINITY;

  const ring = (): void => {
    isRung = true;
    wake?.();
  };
  /** A sleep is not ended by a ring, which would cost an error with its stack: it is there for the next one to wait. */
  function arm(due: number): void {
    if (due >= armed) return;
    armed = due;
    void clock.sleep(due - clock.now(), signal).then(() => {
      if (armed === due) armed = Number.POSITIVE_INFINITY;
      ring();
    });
  }
  return {
    async wait(ms) {
      if (ms !== null) arm(clock.now() + ms);
      if (!isRung) await new Promise<void>((resolve) => (wake = resolve));
      wake = null;
      isRung = false;
    },
    ring,
  };
}
