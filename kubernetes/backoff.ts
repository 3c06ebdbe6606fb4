import type { Clock } from './clock.ts';

/** Pauses between attempts, in ms: each twice the one before, less up to half of it by chance. */
export interface Backoff {
  next(): number;
  reset(): void;
}

const firstMs = 200;
const longestMs = 30_000;

export function createBackoff({ random }: Pick<Clock, 'random'>): Backoff {
  let failures = 0;
  return {
    next() {
      const ceiling = Math.min(firstMs * 2 ** failures, longestMs);
      failures += 1;
      return ceiling * (0.5 + random() / 2);
    },
    reset() {
      failures = 0;
    },
  };
}
