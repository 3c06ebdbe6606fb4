import { createBackoff } from '../../kubernetes/backoff.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { createInFlightLimit } from './in-flight-limit.ts';

export interface WriteRate {
  readonly perSecond: number;
  /** Requests under way at a time, at most. */
  readonly atOnce: number;
  /** How long an offer waits for others of the same object, in ms. */
  readonly settleMs: number;
  /** Without an answer for this long, in ms, a write has failed. */
  readonly patienceMs: number;
}

/** How a write ended: done, answered with a no that says something of it, or not heard at all. */
export type WriteEnd = 'accepted' | 'refused' | 'trouble';

/** When the next write may begin. Times are ms on the clock. */
export interface Pace {
  /** 0 is now; null is when one of those under way has ended. */
  pauseMs(now: number): number | null;
  began(now: number): void;
  /** What began `tookMs` ago. */
  ended(now: number, end: WriteEnd, tookMs: number): void;
  /** No write begins before. */
  holdAll(until: number): void;
  /** None of that scope does. */
  hold(scope: string, until: number): void;
  heldUntil(scope: string): number;
}

/** So much of a lost second may be made up for. */
const burstMs = 50;

export function createPace({ perSecond, atOnce }: WriteRate, clock: Clock): Pace {
  const scopes = new Map<string, number>();
  const backoff = createBackoff(clock);
  const limit = createInFlightLimit(atOnce);
  let underWay = 0;
  let next = 0;
  let held = 0;
  let troubles = 0;

  const holdAll = (until: number): void => {
    held = Math.max(held, until);
  };
  return {
    pauseMs(now) {
      if (underWay >= limit.allowed) return null;
      return Math.max(0, held - now, next - burstMs - now);
    },
    began(now) {
      underWay += 1;
      next = Math.max(now, next) + 1000 / perSecond;
    },
    ended(now, end, tookMs) {
      underWay -= 1;
      // A refusal is quick, and says nothing of what others take.
      if (end === 'accepted') limit.answered(tookMs);
      troubles = end === 'trouble' ? troubles + 1 : 0;
      if (end !== 'trouble') backoff.reset();
      // Nothing but faults: it is the server that is in trouble, and not a write.
      else if (troubles >= atOnce) holdAll(now + backoff.next());
    },
    holdAll,
    hold: (scope, until) => void scopes.set(scope, until),
    heldUntil: (scope) => scopes.get(scope) ?? 0,
  };
}
