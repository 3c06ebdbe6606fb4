import type { CommandSpec } from '../command-line/spec.ts';
import { CommandFailure, helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';

/** How people name manifests. Not every command has all of these flags. */
export interface NamingFlags {
  readonly filename?: readonly string[];
  readonly kustomize?: string | undefined;
  readonly watch?: boolean;
  readonly 'watch-only'?: boolean;
  readonly interactive?: boolean;
  /** A word in a command that only reads. */
  readonly wait?: string | boolean | undefined;
}

export interface NamedManifests<Flags> {
  readonly flags: Flags;
  readonly io: Io;
}

/**
 * A kustomization is read as what it comes to would be from standard input. Throws UsageFailure for what is named in a
 * way that cannot be read.
 */
export function namedManifests<Flags extends NamingFlags>(
  spec: CommandSpec,
  flags: Flags,
  io: Io,
): NamedManifests<Flags> {
  const { filename = [], kustomize: folder } = flags;
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(io.program, spec.name));
  if (filename.some((path) => /^https?:\/\//i.test(path)))
    throw refuse('-f reads no URL: fetch it yourself, look at it, and give it as -f FILE, or as -f - in a pipe');
  if (!folder) return { flags, io };
  if (spec.flags.some(({ name }) => name === 'dry-run'))
    throw refuse('-k is read and never written: give the files of the kustomization that are to change with -f');
  if (filename.length > 0) throw refuse("only one of '-f' or '-k' can be specified");
  const follower = followerOf(spec, flags);
  if (follower !== null)
    throw refuse(
      `a kustomization is read once and cannot be followed, as ${follower} does: print it into a folder, and follow that with -f`,
    );
  return { flags: { ...flags, filename: ['-'] }, io: { ...io, readStdin: () => rendered(folder, io) } };
}

/** What was given that follows what is read; null where nothing was. */
function followerOf({ name }: CommandSpec, flags: NamingFlags): string | null {
  const given = (['wait', 'watch', 'watch-only', 'interactive'] as const).find((flag) => flags[flag]);
  if (given !== undefined) return `--${given}`;
  return name === 'browse' ? name : null;
}

/** Rejects with CommandFailure. */
async function rendered(folder: string, { env }: Io): Promise<string> {
  const { kustomizationOf } = await import('../load/kustomization.ts');
  const result = await kustomizationOf(folder, env);
  if (result.type === 'text') return result.text;
  throw new CommandFailure(result.why);
}
