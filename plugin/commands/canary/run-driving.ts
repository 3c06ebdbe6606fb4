import type { JsonObject } from '../../../files/edit/json-patch.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { drive, type DriveEnd, type Vehicle, type Verdict } from '../../services/canary/drive.ts';
import type { Guards } from '../../services/canary/guards.ts';
import { courseOf, type RunInput, type Told } from './run-course.ts';
import { openJudge } from './run-judge.ts';
import type { Session } from './session.ts';

/** What `canary run` was asked to do. */
export interface Run {
  readonly name: string;
  readonly input: RunInput;
  readonly session: Session;
  readonly guards: Guards | null;
  /** What an interrupt does; null for what is asked at a terminal, and hold elsewhere. */
  readonly onInterrupt: 'abort' | 'hold' | null;
}

/** A run that is under way. */
export interface Driving {
  /** Rejects with CommandFailure. */
  readonly end: Promise<DriveEnd>;
  /** The object after the first step; null where there was none. Never rejects. */
  readonly begun: Promise<JsonObject | null>;
  /** What is thought of the step so far; null where nobody judges. */
  verdict(): Verdict | null;
  /** Ends it before the next step. */
  stop(how: 'abort' | 'hold'): void;
  isStopped(): boolean;
  /** Ends it: somebody else takes the wheel, and is through with it once `acted` is settled. */
  letGo(acted: Promise<unknown>): void;
  isLetGo(): boolean;
}

/** @param tell called for each change, once it is live */
export async function startDriving(run: Run, tell: (told: Told) => void, io: Io): Promise<Driving> {
  const { name, input, session, guards } = run;
  const stop = new AbortController();
  const begun = Promise.withResolvers<JsonObject | null>();
  /** What somebody does who has taken the wheel; null as long as it is ours. */
  let taken: Promise<unknown> | null = null;
  const hear = (told: Told): void => {
    // What he did is told, and not that nobody else drives.
    if (taken === null || told.action !== 'hold') tell(told);
    begun.resolve(told.proxy);
  };
  const course = courseOf(input, name, session, hear, io);
  const watched = guards === null ? null : await openJudge(guards, { ...input, io, session, ...course });
  let how: 'abort' | 'hold' = 'hold';
  const leave = async (): Promise<void> => {
    await taken;
    await course.leave();
  };
  const vehicle: Vehicle = {
    ...course.vehicle,
    hold: () => (taken === null ? course.vehicle[how]() : leave()),
  };
  const over = async (): Promise<void> => {
    begun.resolve(null);
    await watched?.close();
  };
  const driven = drive(vehicle, watched?.judge ?? null, 'hold', stop.signal);
  const end = ended(driven, () => taken !== null, leave).finally(over);
  // It may fail before anybody waits for it, and is waited for in the end.
  end.catch(() => {});
  return {
    end,
    begun: begun.promise,
    verdict: () => watched?.judge.verdict() ?? null,
    stop(wanted) {
      how = wanted;
      stop.abort();
    },
    isStopped: () => stop.signal.aborted,
    letGo(acted) {
      taken = Promise.allSettled([taken, acted]);
      stop.abort();
    },
    isLetGo: () => taken !== null,
  };
}

/** Whoever has let go is not told what then stood in the way of a step, but leaves all the same. */
async function ended(end: Promise<DriveEnd>, hasLetGo: () => boolean, leave: () => Promise<void>): Promise<DriveEnd> {
  try {
    return await end;
  } catch (error) {
    if (!(error instanceof CommandFailure) || !hasLetGo()) throw error;
    await leave();
    return { type: 'interrupted' };
  }
}

/** Ctrl-C is for the run to act on, until what this answers is called. */
export function stopOnInterrupt(driving: Driving, { onInterrupt }: Run, io: Io): () => void {
  return io.onInterrupt(() => driving.stop(onInterrupt ?? 'hold'));
}

/** What goes wrong beside it ends the driving, too. */
export async function whileDriving<T>(driving: Driving, watch: () => Promise<T>): Promise<T> {
  try {
    return await watch();
  } catch (error) {
    driving.stop('hold');
    await driving.end.catch(() => {});
    throw error;
  }
}

/** The exit code. Throws CommandFailure where the judge has ended it. */
export function codeOfRun(end: DriveEnd): number {
  if (end.type === 'judged') throw new CommandFailure(`aborted: ${end.reason}`);
  return end.type === 'interrupted' ? 130 : 0;
}
