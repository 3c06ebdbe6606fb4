import type { Clock } from '../../kubernetes/clock.ts';

/** Sleep that can be cut short, also by a ring just before it. */
export interface Bell {
  /** At most so many ms; until it is rung where null. */
  wait(ms: number | null): Promise<void>;
  ring(): void;
}

const longestMs = 3_600_000;

export function createBell(clock: Clock): Bell {
  let sleep = new AbortController();
  return {
    async wait(ms) {
      await clock.sleep(ms ?? longestMs, sleep.signal);
      sleep = new AbortController();
    },
    ring: () => sleep.abort(),
  };
}
