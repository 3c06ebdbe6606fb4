import { setTimeout as pause } from 'node:timers/promises';

const pausesMs = [200, 500, 1000, 2000, 5000] as const;

/** Waits longer from failure to failure; `reset` after a success. */
export function createPauses(signal: AbortSignal): { next(): Promise<void>; reset(): void } {
  let attempt = 0;
  return {
    async next() {
      const ms = pausesMs[Math.min(attempt, pausesMs.length - 1)];
      attempt += 1;
      await pause(ms, undefined, { signal }).catch(() => {});
    },
    reset: () => void (attempt = 0),
  };
}
