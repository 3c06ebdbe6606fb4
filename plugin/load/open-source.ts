import type { SourceFlags } from '../command-line/source-flags.ts';
import { helpHint, UsageFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import type { Source } from '../source.ts';
import { controllerSource } from './controller-source.ts';
import { debugUrl } from './debug-url.ts';

/** What a command says of itself beside its flags. */
export interface SourceNeed {
  /** As people call it: `routes`, `canary status`. */
  readonly command: string;
  /** Whether it will be followed. */
  readonly watch: boolean;
}

/**
 * Who is to answer: files with -f, else the controller at --debug-url, else a cluster. Rejects with CommandFailure; the
 * caller closes what it is given.
 */
export async function openSource(flags: SourceFlags, io: Io, need: SourceNeed): Promise<Source> {
  const refuse = (message: string): UsageFailure => new UsageFailure(message, helpHint(io.program, need.command));
  const { filename: paths, closed } = flags;
  if (paths.length === 0) {
    if (closed) throw refuse('--closed says how to read files: give -f too');
    return controllerSource(debugUrl(flags['debug-url'], need.command, io), io.program, need.command);
  }
  if (flags['debug-url'] !== undefined) throw refuse('-f and --debug-url are two sources: give one of them');
  if (need.watch && paths.includes('-')) throw refuse('--watch cannot follow standard input');
  const { fileSource } = await import('./files.ts');
  return fileSource({ paths, closed }, io.readStdin);
}
