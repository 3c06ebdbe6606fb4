import type { globalFlags } from '../command-line/global-flags.ts';
import type { CommandSpec, FlagValues } from '../command-line/spec.ts';
import type { Io } from '../io.ts';
import { namedManifests, type NamingFlags } from './named-manifests.ts';

/** What people typed. */
export interface CommandInput<Spec extends CommandSpec = CommandSpec> {
  readonly flags: FlagValues<Spec['flags']> & FlagValues<typeof globalFlags>;
  readonly arguments: readonly string[];
}

export interface RunnableCommand {
  readonly spec: CommandSpec;
  /** Answers the exit code. Rejects with CommandFailure for what people can do something about. */
  run(input: { readonly flags: unknown; readonly arguments: readonly string[] }, io: Io): Promise<number>;
}

/** Ties what a command does to its spec, which is what types its flags. */
export function command<const Spec extends CommandSpec>(
  spec: Spec,
  run: (input: CommandInput<Spec>, io: Io) => Promise<number>,
): RunnableCommand {
  return {
    spec,
    async run({ flags, arguments: words }, io) {
      const named = namedManifests(spec, flags as CommandInput<Spec>['flags'] & NamingFlags, io);
      return run({ flags: named.flags, arguments: words }, named.io);
    },
  };
}
