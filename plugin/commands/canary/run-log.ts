import { setTimeout as pause } from 'node:timers/promises';
import type { Io } from '../../io.ts';
import { codeOfRun, type Driving, type Run, startDriving, stopOnInterrupt, whileDriving } from './run-driving.ts';
import { runWatchJob } from './run-watch-job.ts';
import { feedOf, type WatchJob } from './watch-job.ts';
import { followLog } from './watch-log.ts';

/** How long the last line is waited for once nobody drives any more. */
const lastLineMs = 1_000;

/** Drives, and tells it line by line as `canary watch` does. Answers the exit code; rejects with CommandFailure. */
export async function logRun(run: Run, format: '' | 'json', io: Io): Promise<number> {
  const driving = await startDriving(run, () => {}, io);
  const release = stopOnInterrupt(driving, run, io);
  try {
    const proxy = await driving.begun;
    if (proxy !== null)
      await whileDriving(driving, async () => logUntilOver(driving, await runWatchJob(run, proxy, io), format));
    return codeOfRun(await driving.end);
  } finally {
    release();
  }
}

async function logUntilOver(driving: Driving, job: WatchJob, format: '' | 'json'): Promise<void> {
  const stop = new AbortController();
  const silence = async (): Promise<void> => {
    await pause(lastLineMs, undefined, { signal: stop.signal }).catch(() => {});
    stop.abort();
  };
  // How it ended is the caller's to tell.
  void driving.end.then(silence, silence);
  await followLog(feedOf(job), job, format, stop.signal);
  stop.abort();
}
