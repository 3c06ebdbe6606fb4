import { setTimeout as pause } from 'node:timers/promises';

/** Time and chance, handed in. */
export interface Clock {
  /** Monotonic, in ms. */
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1, 1 excluded. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  // Who sleeps until a moment may find it just past.
  sleep: (ms, signal) => pause(Math.max(0, ms), undefined, { signal }).catch(() => {}),
  random: () => Math.random(),
};
