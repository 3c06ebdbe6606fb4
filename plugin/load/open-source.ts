import type { ConnectionFlags } from '../command-line/connection-flags.ts';
import type { SourceFlags } from '../command-line/source-flags.ts';
import { NoContext } from '../../kubernetes/errors.ts';
import { CommandFailure, helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import type { Source } from '../source.ts';
import { answererOf } from './answerer.ts';
import { chooseKubeconfig, namesCluster } from './connection.ts';
import { controllerSource } from './controller-source.ts';
import { debugUrl } from './debug-url.ts';

/** What a command says of itself beside its flags. */
export interface SourceNeed {
  /** As people call it: `routes`, `canary status`. */
  readonly command: string;
  /** Whether it will be followed. */
  readonly watch: boolean;
  /** Who of a cluster is to answer, where the flags do not say. */
  readonly from?: 'controller';
}

/**
 * Who is to answer: files with -f, else the controller at --debug-url, else a cluster that a flag or a kubeconfig names,
 * else the controller of this machine. Rejects with CommandFailure; the caller closes what it is given.
 */
export async function openSource(flags: SourceFlags, io: Io, need: SourceNeed): Promise<Source> {
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(io.program, need.command));
  const { filename: paths, closed } = flags;
  const url = flags['debug-url'];
  if (paths.length > 0) {
    if (url !== undefined) throw refuse('-f and --debug-url are two sources: give one of them');
    if (flags.from !== undefined || flags.controller !== undefined)
      throw refuse('-f reads files, and --from and --controller are of a cluster: give one of them');
    if (need.watch && paths.includes('-')) throw refuse('--watch cannot follow standard input');
    const { fileSource } = await import('./files.ts');
    return fileSource({ paths, closed }, io.readStdin);
  }
  if (closed) throw refuse('--closed says how to read files: give -f too');
  if (url !== undefined && (flags.from !== undefined || flags.controller !== undefined))
    throw refuse('--debug-url names who is to answer, and --from and --controller are of a cluster: give one of them');
  return (
    (await clusterOf(flags, io, need)) ?? controllerSource(debugUrl(url, need.command, io), io.program, need.command)
  );
}

/** Opens a source, uses it and closes it, however that ended. */
export async function withSource<Result>(
  flags: SourceFlags,
  io: Io,
  need: SourceNeed,
  use: (source: Source) => Promise<Result>,
): Promise<Result> {
  const source = await openSource(flags, io, need);
  const result = await use(source);
  // What close has to say is no use to who has failed already, and all that is open ends with the process.
  await source.close();
  return result;
}

type ClusterFlags = ConnectionFlags & Pick<SourceFlags, 'debug-url' | 'from' | 'controller'>;

/** Whether flags say that it is a cluster that is asked. */
function wantsCluster(flags: ClusterFlags): boolean {
  return namesCluster(flags) || flags.from !== undefined || flags.controller !== undefined;
}

/** Whether a cluster is asked: not where the controller is named by an address, or no cluster is named. */
export function asksCluster(flags: ClusterFlags, { env }: Pick<Io, 'env'>): boolean {
  if (flags['debug-url'] !== undefined) return false;
  const isAddress = (env['KUBECTL_CONTOUR_DEBUG_URL'] ?? '') !== '';
  return wantsCluster(flags) || (!isAddress && chooseKubeconfig(flags, env) !== null);
}

/** Null where none is asked. */
async function clusterOf(flags: SourceFlags, io: Io, need: SourceNeed): Promise<Source | null> {
  const { command, from } = need;
  if (!asksCluster(flags, io)) return null;
  const answerer = answererOf({ ...flags, from: flags.from ?? from }, need, io);
  const [{ openCluster }, { clusterSource }] = await Promise.all([
    import('./cluster.ts'),
    import('./cluster-source.ts'),
  ]);
  try {
    return await clusterSource(await openCluster(flags, io, command), flags, answerer, command, io);
  } catch (error) {
    if (!wantsCluster(flags) && error instanceof CommandFailure && error.cause instanceof NoContext) return null;
    throw error;
  }
}
