import type { Io } from '../../io.ts';
import { guardsText } from '../../services/canary/guards.ts';
import type { CanaryEvent } from '../../views/canary/state.ts';
import type { Dispatch } from '../../views/screen.ts';
import { heldBack } from '../interactive.ts';
import type { Told } from './run-course.ts';
import { codeOfRun, type Driving, type Run, startDriving, stopOnInterrupt, whileDriving } from './run-driving.ts';
import { runLine } from './run-line.ts';
import { runWatchJob } from './run-watch-job.ts';
import type { WatchJob } from './watch-job.ts';
import { showWatch, type Wheel } from './watch-screen.ts';

/**
 * Drives, and shows it on the screen of `canary watch`, on which somebody may take the wheel. What was done stays on the
 * terminal. Answers the exit code; rejects with CommandFailure.
 */
export async function showRun(run: Run, io: Io): Promise<number> {
  const held = heldBack(io);
  const lines: string[] = [];
  const after: Io = { ...io, write: (text) => void lines.push(text) };
  let dispatch: Dispatch<CanaryEvent> = () => {};
  const news = (text: string): void => dispatch({ type: 'news', text: text.trim() });
  const quiet: Io = {
    ...held.io,
    writeError(text) {
      held.io.writeError(text);
      news(text);
    },
  };
  const tell = (told: Told): void => {
    const line = runLine(told);
    lines.push(line);
    news(line);
  };
  try {
    const driving = await startDriving(run, tell, quiet);
    // Until there is a screen to press Ctrl-C on.
    const release = stopOnInterrupt(driving, run, io);
    const wheel = wheelOf(driving, run, (next) => {
      release();
      dispatch = next;
    });
    const show = async () => {
      const job = await jobOf(driving, run, quiet);
      return job === null ? null : showWatch(job, after, wheel);
    };
    const left = await whileDriving(driving, show);
    return left === null ? codeOfRun(await driving.end) : await afterScreen(left, driving, run, io);
  } finally {
    held.release();
    io.write(lines.join(''));
  }
}

/** Null where it is over before there is anything to show. */
async function jobOf(driving: Driving, run: Run, io: Io): Promise<WatchJob | null> {
  const proxy = await driving.begun;
  const job = proxy === null ? null : await runWatchJob(run, proxy, io);
  return driving.isStopped() ? null : job;
}

function wheelOf(driving: Driving, run: Run, listen: Wheel['listen']): Wheel {
  const over = (): boolean => !driving.isLetGo();
  return {
    guards: run.guards === null ? null : guardsText(run.guards),
    asks: run.onInterrupt === null,
    verdict: driving.verdict,
    listen,
    isOver: driving.end.then(over, over),
    letGo: driving.letGo,
  };
}

/** Whoever leaves the screen stops driving; that is no interrupt. */
async function afterScreen(
  { type, how }: Awaited<ReturnType<typeof showWatch>>,
  driving: Driving,
  run: Run,
  io: Io,
): Promise<number> {
  if (type !== 'over' && !driving.isLetGo())
    driving.stop(type === 'left' ? 'hold' : (how ?? run.onInterrupt ?? 'hold'));
  // Whoever has pressed it already gets out by the second one.
  if (type === 'left') stopOnInterrupt(driving, run, io);
  const end = await driving.end;
  return type === 'left' && end.type === 'interrupted' ? 0 : codeOfRun(end);
}
