import type { JsonObject } from '../../../files/edit/json-patch.ts';
import type { Io } from '../../io.ts';
import type { Run } from './run-driving.ts';
import { viewOf, type WatchJob } from './watch-job.ts';

/** What there is to watch of a run that has begun. */
export async function runWatchJob(run: Run, proxy: JsonObject, io: Io): Promise<WatchJob> {
  const { input, session } = run;
  if (session.type !== 'cluster') throw new Error('files are not driven');
  return { flags: input.flags, session, proxy, view: await viewOf(input.flags, session, proxy, io), io };
}
