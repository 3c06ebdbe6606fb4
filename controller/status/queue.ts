import type { RefKey } from '../../routing/objects/ref.ts';

/** What somebody has just moved goes before what a start has to say of everything. */
export type Turn = 'moved' | 'all';

/** Which statuses are to be looked at, and when: each once, however often it is offered. Times are ms on one clock. */
export interface StatusQueue {
  /** Known or not, waiting or being written: it is looked at once more. One that failed keeps its pause. */
  offer(key: RefKey, due: number, turn: Turn): void;
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

/** In order of arrival within a turn, which is that of their times too. */
function createWaiting() {
  const moved = new Map<RefKey, number>();
  const all = new Map<RefKey, number>();
  return {
    put(key: RefKey, due: number, turn: Turn): void {
      if (turn === 'moved') all.delete(key);
      const lane = turn === 'all' && !moved.has(key) ? all : moved;
      if (!lane.has(key)) lane.set(key, due);
    },
    take(now: number): RefKey | null {
      for (const lane of [moved, all]) {
        const [first] = lane;
        if (first === undefined || first[1] > now) continue;
        lane.delete(first[0]);
        return first[0];
      }
      return null;
    },
    nextDue: (): number =>
      Math.min(...[moved, all].map((lane) => lane.values().next().value ?? Number.POSITIVE_INFINITY)),
    get size(): number {
      return moved.size + all.size;
    },
  };
}

export function createStatusQueue(): StatusQueue {
  const waiting = createWaiting();
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
        waiting.put(key, now, 'all');
      }
    }
  }

  return {
    offer(key, due, turn) {
      const task = running.get(key);
      const pause = delayed.get(key);
      if (task !== undefined) task.again = true;
      else if (pause === undefined || pause.hurries) {
        delayed.delete(key);
        waiting.put(key, due, turn);
      }
    },
    take(now) {
      wake(now);
      const key = waiting.take(now);
      if (key !== null) running.set(key, { again: false });
      return key;
    },
    done(key, now) {
      if (running.get(key)?.again === true) waiting.put(key, now, 'moved');
      running.delete(key);
    },
    retry(key, due, hurries) {
      running.delete(key);
      delayed.set(key, { due, hurries });
      earliest = Math.min(earliest, due);
    },
    nextDue() {
      const next = Math.min(waiting.nextDue(), earliest);
      return Number.isFinite(next) ? next : null;
    },
    get size() {
      return waiting.size + delayed.size + running.size;
    },
  };
}
