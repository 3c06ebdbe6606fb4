import { isKubernetesError } from '../../kubernetes/errors.ts';
import type { Kind, RefKey } from '../../routing/objects/ref.ts';
import { createBell } from './bell.ts';
import type { Counts } from './counts.ts';
import { createWriteHistory } from './history.ts';
import { createOutcomes } from './outcomes.ts';
import { createPace, type WriteEnd } from './pace.ts';
import { createStatusQueue, type Turn } from './queue.ts';
import { scopeOf, sendStatus, type StatusWrite } from './status-write.ts';
import { verdictOnWrite } from './verdict.ts';
import { createWriteLog } from './write-log.ts';
import type { StatusWriterOptions } from './writer.ts';

/** A writer from one start to the next stop. */
export interface WriteRun {
  offer(keys: Iterable<RefKey>, turn: Turn): void;
  forget(key: RefKey): void;
  isQuiet(): boolean;
  stop(): void;
}

/** So many plans, and then others have a turn: most of them end without a write. */
const plansATime = 50;

export function createWriteRun(options: StatusWriterOptions, counts: Counts, quiet: () => void): WriteRun {
  const { clock, rate } = options;
  const end = new AbortController();
  const bell = createBell(clock, end.signal);
  const desk = createDesk(options, counts, end.signal, bell.ring);
  const { queue, pace } = desk;

  /** Answers when to look again, in ms; null where it is enough to look when something happens. */
  function step(): number | null {
    for (let plans = 0; plans < plansATime; plans += 1) {
      const now = clock.now();
      const pauseMs = pace.pauseMs(now);
      if (pauseMs !== 0) return pauseMs;
      const key = queue.take(now);
      if (key === null) {
        if (queue.size === 0) quiet();
        const due = queue.nextDue();
        return due === null ? null : due - now;
      }
      desk.consider(key, now);
    }
    return 0;
  }

  async function pump(): Promise<void> {
    while (!end.signal.aborted) await bell.wait(step());
  }

  void pump();
  return {
    offer(keys, turn) {
      const due = clock.now() + rate.settleMs;
      for (const key of keys) queue.offer(key, due, turn);
      bell.ring();
    },
    forget: desk.forget,
    isQuiet: () => queue.size === 0,
    stop() {
      end.abort();
      bell.ring();
    },
  };
}

/** What happens to one object at a time. */
function createDesk(options: StatusWriterOptions, counts: Counts, signal: AbortSignal, ended: () => void) {
  const { clock, rate } = options;
  const queue = createStatusQueue();
  const pace = createPace(rate, clock);
  const history = createWriteHistory();
  const outcomes = createOutcomes({ clock, queue, pace, counts, writeLog: createWriteLog(options.log, clock) });
  const storedText = (key: RefKey): string => options.stored(key)?.text ?? '';

  async function exchange(key: RefKey, write: StatusWrite): Promise<WriteEnd> {
    try {
      const { resourceVersion = null } = options.stored(key) ?? {};
      const object = await sendStatus(options, write, resourceVersion, signal);
      if (signal.aborted) return 'accepted';
      // Not what is known to be stored: somebody may have written over ours before it was answered.
      history.wrote(key, write.patch, options.answered(key, object));
      outcomes.accepted(key, write);
      return 'accepted';
    } catch (error) {
      if (signal.aborted) return 'refused';
      if (!isKubernetesError(error)) throw error;
      outcomes.refused(key, write, error);
      return verdictOnWrite(error, 'patch') === 'trouble' ? 'trouble' : 'refused';
    }
  }

  async function send(key: RefKey, write: StatusWrite): Promise<void> {
    counts.add(write.resource.kind, 'total');
    const began = clock.now();
    history.tried(key, storedText(key), began);
    pace.began(began);
    const end = await exchange(key, write);
    pace.ended(clock.now(), end, clock.now() - began);
    ended();
  }

  return {
    queue,
    pace,
    forget: history.forget,
    /** Writes what is to be written of an object now. */
    consider(key: RefKey, now: number): void {
      const write = options.plan(key);
      const notBefore = write === null ? null : history.notBefore(key, write.patch, storedText(key));
      if (write === null || notBefore === null) {
        counts.add(key.slice(0, key.indexOf('/')) as Kind, 'noop');
        outcomes.settled(key);
        return;
      }
      const due = Math.max(notBefore, pace.heldUntil(scopeOf(write)));
      if (due > now) queue.retry(key, due, false);
      else if (options.mayWrite()) void send(key, write);
      else outcomes.settled(key);
    },
  };
}
