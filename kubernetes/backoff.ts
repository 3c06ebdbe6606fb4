import type { Clock } from './clock.ts';
import { ConnectionError } from './errors.ts';

/** Pauses between attempts, in ms: each twice the one before, less up to half of it by chance. */
export interface Backoff {
  /** After a fault. */
  next(fault?: unknown): number;
  reset(): void;
}

const firstMs = 200;
const longestMs = 30_000;
/** Where nobody answers nobody is loaded by being asked, and edits wait for the first answer: pauses stay at 3 s. */
const mostUnanswered = 4;

export function createBackoff({ random }: Pick<Clock, 'random'>): Backoff {
  let failures = 0;
  return {
    next(fault) {
      const ceiling = Math.min(firstMs * 2 ** failures, longestMs);
      if (!(fault instanceof ConnectionError) || failures < mostUnanswered) failures += 1;
      return ceiling * (0.5 + random() / 2);
    },
    reset() {
      failures = 0;
    },
  };
}
