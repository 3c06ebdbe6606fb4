import type { RefKey } from '../../routing/objects/ref.ts';

/** Which statuses are to be looked at, and when: each once, however often it is offered. Times are ms on one clock. */
export interface StatusQueue {
  /** Known or not, waiting or being written: it is looked at once more. One that failed keeps its pause. */
  offer(key: RefKey, due: number): void;
  /** The next one that is due, which is then being written until it is `done`; null where none is. */
  take(now: number): RefKey | null;
  /** Written, or nothing to write. */
  done(key: RefKey, now: number): void;
  /** To be tried again, not before `due`; an offer hurries it where `hurries` is set. */
  retry(key: RefKey, due: number, hurries: boolean): void;
  /** When `take` should be asked again; null where nothing waits. */
  nextDue(): number | null;
  /** Waiting or being written. */
  readonly size: number;
}

interface Delayed {
  readonly due: number;
  readonly hurries: boolean;
}

export function createStatusQueue(): StatusQueue {
  // In order of arrival, which is that of their times too.
  const fresh = new Map<RefKey, number>();
  const delayed = new Map<RefKey, Delayed>();
  const running = new Map<RefKey, { again: boolean }>();
  let earliest = Number.POSITIVE_INFINITY;

  function wake(now: number): void {
    if (now < earliest) return;
    earliest = Number.POSITIVE_INFINITY;
    for (const [key, { due }] of delayed) {
      if (due > now) earliest = Math.min(earliest, due);
      else {
        delayed.delete(key);
        fresh.set(key, now);
      }
    }
  }

  return {
    offer(key, due) {
      const task = running.get(key);
      const pause = delayed.get(key);
      if (task !== undefined) task.again = true;
      else if (pause === undefined || pause.hurries) {
        delayed.delete(key);
        if (!fresh.has(key)) fresh.set(key, due);
      }
    },
    take(now) {
      wake(now);
      const [first] = fresh;
      if (first === undefined || first[1] > now) return null;
      fresh.delete(first[0]);
      running.set(first[0], { again: false });
      return first[0];
    },
    done(key, now) {
      if (running.get(key)?.again === true) fresh.set(key, now);
      running.delete(key);
    },
    retry(key, due, hurries) {
      running.delete(key);
      delayed.set(key, { due, hurries });
      earliest = Math.min(earliest, due);
    },
    nextDue() {
      const [first] = fresh.values();
      const next = Math.min(first ?? Number.POSITIVE_INFINITY, earliest);
      return Number.isFinite(next) ? next : null;
    },
    get size() {
      return fresh.size + delayed.size + running.size;
    },
  };
}
