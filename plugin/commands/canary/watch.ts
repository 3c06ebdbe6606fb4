import { canaryWatchSpec, type WatchFlags } from '../../command-line/canary-watch-spec.ts';
import type { ConnectionFlags } from '../../command-line/connection-flags.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { isShared } from '../../services/canary/proxy-name.ts';
import { command } from '../command.ts';
import { heldBack, isInteractive } from '../interactive.ts';
import { outputFormat } from '../output-format.ts';
import { closeSession } from '../change/close-session.ts';
import type { Picked } from './pick.ts';
import { findProxy, openSession } from './session.ts';
import { feedOf, viewOf, type WatchJob } from './watch-job.ts';

type Flags = WatchFlags &
  ConnectionFlags & { readonly host?: string | undefined; readonly output?: string | undefined };

export const canaryWatchCommand = command(canaryWatchSpec, async ({ flags, arguments: [word = null] }, io) => {
  if (flags.filename.length > 0)
    throw new CommandFailure('canary watch watches a cluster: files have nothing to tell', [
      `What is written in them: ${io.program} canary status -f FILE`,
    ]);
  return watchCanary(flags, word, io);
});

/** Watches the canary that is meant, on a screen or line by line. Answers the exit code; rejects with CommandFailure. */
export async function watchCanary(flags: Flags, word: string | null, io: Io): Promise<number> {
  const format = outputFormat(flags.output ?? '', ['', 'json'], 'canary watch', io);
  const onScreen = isInteractive(io, flags);
  // What is warned of would be written over the screen.
  const held = onScreen ? heldBack(io) : null;
  const quiet = held?.io ?? io;
  const session = await openSession({ ...flags, filename: [] }, quiet, 'canary watch');
  if (session.type !== 'cluster') throw new Error('files are not watched');
  try {
    const pick = onScreen && word === null && !flags.host;
    const picked: Picked = pick
      ? await (await import('./pick.ts')).pickCanary(session, flags, quiet)
      : { type: 'picked', proxy: await findProxy(session, word, flags.host, isShared, 'watch') };
    if (picked.type !== 'picked') return picked.type === 'left' ? 0 : 130;
    const { proxy } = picked;
    const job: WatchJob = { flags, session, proxy, view: await viewOf(flags, session, proxy, quiet), io: quiet };
    if (onScreen)
      return (await (await import('./watch-screen.ts')).showWatch(job, io)).type === 'interrupted' ? 130 : 0;
    return await (await import('./watch-log.ts')).logWatch(feedOf(job), job, format);
  } finally {
    held?.release();
    await closeSession(session);
  }
}
