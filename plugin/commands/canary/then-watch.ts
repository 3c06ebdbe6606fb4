import type { WatchFlags } from '../../command-line/canary-watch-spec.ts';
import { CommandFailure } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { isDocumentFormat } from '../../output/report-format.ts';
import type { CanaryPlan } from '../../services/canary/plan.ts';
import { type AnyChangeFlags, type ChangeJob, runChange } from './change.ts';

type Flags = AnyChangeFlags & WatchFlags & { readonly host: string | undefined; readonly watch: boolean };

/** Makes a change and, with --watch, goes on to watch what becomes of it. Answers the exit code. */
export async function thenWatch<Plan extends CanaryPlan>(
  job: ChangeJob<Plan>,
  flags: Flags,
  word: string | null,
  io: Io,
): Promise<number> {
  if (!flags.watch) return runChange(job, io);
  if (flags.filename.length > 0) throw new CommandFailure('--watch watches a cluster: files have nothing to tell');
  if (isDocumentFormat(flags.output) || flags.output === 'name')
    throw new CommandFailure(`--watch has no output format ${flags.output}: it is json, a document a line, or none`);
  const code = await runChange(job, io);
  if (code !== 0) return code;
  const { watchCanary } = await import('./watch.ts');
  return watchCanary(flags, word, io);
}
