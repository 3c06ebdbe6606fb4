import { string as textArgument } from '@oclif/core/args';
import { Command } from '@oclif/core/command';
import { boolean, string } from '@oclif/core/flags';
import { CLIError } from '@oclif/core/errors';
import type { FlagInput } from '@oclif/core/interfaces';
import { meantBelow } from './command-line/catalogue.ts';
import { globalFlags } from './command-line/global-flags.ts';
import type { CommandSpec, FlagSpec } from './command-line/spec.ts';
import type { RunnableCommand } from './commands/command.ts';
import { helpHint, UsageFailure } from './failure.ts';
import type { Io } from './io.ts';
import { failureStatus } from './output/failure.ts';

/** One of our commands as a class that oclif can run. */
export function oclifCommand({ spec, run }: RunnableCommand, io: Io): Command.Class {
  const flags: FlagInput = Object.fromEntries(
    [...spec.flags, ...globalFlags].map((flag) => [flag.name, oclifFlag(flag)]),
  );
  // Without this oclif takes standard input for the first argument that is missing.
  const args = Object.fromEntries(spec.arguments.map(({ name }) => [name, textArgument({ ignoreStdin: true })]));

  const strict = !spec.arguments.some(({ several }) => several === true);

  return class extends Command {
    static override id = oclifId(spec);

    override async run(): Promise<number> {
      if (spec.passThrough) {
        this.parsed = true;
        return run({ flags: {}, arguments: this.argv }, io);
      }
      const parsed = await this.parse({ flags, args, strict }).catch((error: unknown) => {
        throw usageFailure(spec, this.argv, helpHint(io.program, spec.name), error);
      });
      return run({ flags: parsed.flags, arguments: parsed.argv as readonly string[] }, io);
    }

    // Otherwise an error prints the whole state of the program.
    override toErrorJson(error: unknown): object {
      return failureStatus(error instanceof Error ? error : new Error(String(error)));
    }
  } as Command.Class;
}

/** https://oclif.io/docs/topics: commands below others are divided by colons. */
export function oclifId({ name }: Pick<CommandSpec, 'name'>): string {
  return name.replaceAll(' ', ':');
}

function oclifFlag(flag: FlagSpec): FlagInput[string] {
  // The command line has said of each boolean what it is: its own `--no-` spelling reaches nobody.
  if (flag.type === 'boolean') return boolean({ default: flag.on ?? false, allowNo: true });
  // Where one flag could take several words it would swallow the arguments behind it.
  const several = { multiple: true as const, multipleNonGreedy: true, default: [] };
  if (flag.type === 'list') return string({ ...several, delimiter: ',' });
  return flag.type === 'array' ? string(several) : string();
}

function allowedOf({ arguments: known }: CommandSpec): string {
  const [only, ...others] = known.map(({ name }) => name);
  if (only === undefined) return 'no argument';
  return others.length === 0
    ? `at most one argument, ${only}`
    : `at most ${known.length} arguments, ${[only, ...others].join(' ')}`;
}

function usageFailure(spec: CommandSpec, argv: readonly string[], seeHelp: string, error: unknown): unknown {
  if (!(error instanceof CLIError)) return error;
  const [first = ''] = error.message.split('\n');
  if (!('args' in error)) return new UsageFailure(first, seeHelp, { cause: error });
  const meant = meantBelow(spec, argv[argv.indexOf('--') + 1] ?? '');
  const message = `${spec.name} takes ${allowedOf(spec)}: ${first.toLowerCase()}${meant}`;
  return new UsageFailure(message, seeHelp, { cause: error });
}
