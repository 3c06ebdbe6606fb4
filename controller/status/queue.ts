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
  readonly turn: Turn;
}

interface Running {
  /** Of the offer that it was taken for, or a better one since. */
  readonly turn: Turn;
  readonly again: boolean;
}

/** One in so many is of those that have the last turn: edits without end must not keep them waiting for ever. */
const lastTurn = 8;

/** In order of arrival within a turn, which is that of their times too. */
function createWaiting() {
  const moved = new Map<RefKey, number>();
  const all = new Map<RefKey, number>();
  let taken = 0;
  return {
    put(key: RefKey, due: number, turn: Turn): void {
      if (turn === 'moved') all.delete(key);
      const lane = turn === 'all' && !moved.has(key) ? all : moved;
      if (!lane.has(key)) lane.set(key, due);
    },
    take(now: number): { readonly key: RefKey; readonly turn: Turn } | null {
      taken += 1;
      for (const lane of taken % lastTurn === 0 ? [all, moved] : [moved, all]) {
        const [first] = lane;
        if (first === undefined || first[1] > now) continue;
        lane.delete(first[0]);
        return { key: first[0], turn: lane === moved ? 'moved' : 'all' };
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

const better = (one: Turn, other: Turn): Turn => (one === 'moved' ? one : other);

export function createStatusQueue(): StatusQueue {
  const waiting = createWaiting();
  const delayed = new Map<RefKey, Delayed>();
  const running = new Map<RefKey, Running>();
  let earliest = Number.POSITIVE_INFINITY;

  function wake(now: number): void {
    if (now < earliest) return;
    earliest = Number.POSITIVE_INFINITY;
    for (const [key, { due, turn }] of delayed) {
      if (due > now) earliest = Math.min(earliest, due);
      else {
        delayed.delete(key);
        waiting.put(key, now, turn);
      }
    }
  }

  return {
    offer(key, due, turn) {
      const task = running.get(key);
      const pause = delayed.get(key);
      if (task !== undefined) running.set(key, { turn: better(task.turn, turn), again: true });
      else if (pause === undefined || pause.hurries) {
        delayed.delete(key);
        waiting.put(key, due, better(pause?.turn ?? turn, turn));
      } else delayed.set(key, { ...pause, turn: better(pause.turn, turn) });
    },
    take(now) {
      wake(now);
      const next = waiting.take(now);
      if (next === null) return null;
      running.set(next.key, { turn: next.turn, again: false });
      return next.key;
    },
    done(key, now) {
      const task = running.get(key);
      if (task?.again === true) waiting.put(key, now, task.turn);
      running.delete(key);
    },
    retry(key, due, hurries) {
      const { turn = 'all' } = running.get(key) ?? {};
      running.delete(key);
      delayed.set(key, { due, hurries, turn });
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
