import { enableCompileCache } from 'node:module';
import { closest } from '../routing/objects/edit-distance.ts';
import type { CommandLine } from './argv.ts';
import { catalogue, findSpec, parentOf } from './command-line/catalogue.ts';
import { CommandFailure, helpHint, UsageFailure } from './failure.ts';
import { commandHelp, globalOptions, overview } from './help.ts';
import type { Io } from './io.ts';
import { failureStatus, printFailure } from './output/failure.ts';
import { printJsonLine } from './output/json.ts';
import { isColorChoice } from './output/terminal.ts';
import { clientVersionLine } from './version.ts';

/** Answers what needs no command at once, runs the rest, and says what failed. Answers the exit code. */
export async function main(line: CommandLine, io: Io): Promise<number> {
  try {
    const text = quickAnswer(line, io);
    if (text === null) {
      // Half of what is left of the time to start is compiling; it must be on before what it is to keep is loaded.
      enableCompileCache();
      const { runApp } = await import('./app.ts');
      return await runApp(line.command ?? '', line.argv, io);
    }
    io.write(text);
    if (isBare(line) && io.terminal.interactive) io.write(await (await import('./state-line.ts')).stateLine(io));
    return 0;
  } catch (error) {
    // Anything else is a mistake of ours and ends the program with its stack.
    if (!(error instanceof CommandFailure)) throw error;
    io.writeError(line.errorFormat === 'json' ? printJsonLine(failureStatus(error)) : printFailure(error));
    return isQuestion(line) ? 2 : 1;
  }
}

/** Does the command line ask something to which the answer may be no? */
function isQuestion({ command, argv }: CommandLine): boolean {
  const spec = command === null ? null : findSpec(command);
  if (spec?.isQuestion === true) return true;
  const asking = spec?.questionFlags ?? [];
  const given = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length);
  return given.some((word) => asking.some((name) => word === `--${name}` || word.startsWith(`--${name}=`)));
}

/** The name of the program, and nothing else. */
function isBare({ command, argv }: CommandLine): boolean {
  return command === null && argv.join(' ') === '--';
}

function quickAnswer(line: CommandLine, io: Io): string | null {
  const spec = line.command === null ? null : knownSpec(line.command, io);
  refuseBadFlags(line, io);
  if (spec === null) return line.version ? clientVersionLine() : overview(io.program);
  if (spec.name === 'help') return helpFor(line.arguments, io);
  if (line.help) return commandHelp(spec, io.program);
  if (spec.name === 'options') return optionsFor(line.arguments, io);
  const isClientVersion = spec.name === 'version' && line.argv.join(' ') === '--client --';
  return isClientVersion ? clientVersionLine() : null;
}

function knownSpec(name: string, io: Io): NonNullable<ReturnType<typeof findSpec>> {
  const spec = findSpec(name);
  if (spec !== null) return spec;
  const similar = closest(
    name,
    catalogue.map((each) => each.name),
  );
  const meant = similar === null ? '' : `; did you mean "${similar}"?`;
  throw new UsageFailure(`unknown command "${name}" for "${io.program}"${meant}`, helpHint(io.program, null));
}

function refuseBadFlags({ command, errorFormat, color, fault }: CommandLine, io: Io): void {
  const refuse = (reason: string): UsageFailure => new UsageFailure(reason, helpHint(io.program, command));
  if (fault !== null) throw refuse(fault + misread(command, fault));
  if (!isColorChoice(color)) throw refuse(`--color is auto, always or never, not "${color}"`);
  if (errorFormat !== 'text' && errorFormat !== 'json')
    throw refuse(`--error-format is text or json, not "${errorFormat}"`);
}

/** A word that was meant as the name of an object, and taken for the command of that name. */
function misread(command: string | null, fault: string): string {
  const spec = command === null ? null : findSpec(command);
  const parent = spec === null ? null : findSpec(parentOf(spec) ?? '');
  if (spec === null || parent === null || !parent.arguments.some(({ name }) => name === 'NAME')) return '';
  const isOfParent = parent.flags.some(({ name }) => fault === `unknown flag: --${name}`);
  const word = spec.name.slice(parent.name.length + 1);
  return isOfParent ? `; an object called "${word}" is ${parent.name} proxy/${word}` : '';
}

function optionsFor([word]: readonly string[], io: Io): string {
  if (word === undefined) return globalOptions();
  throw new UsageFailure(`options takes no argument: unexpected argument: ${word}`, helpHint(io.program, 'options'));
}

function helpFor(words: readonly string[], io: Io): string {
  return words.length === 0 ? overview(io.program) : commandHelp(knownSpec(words.join(' '), io), io.program);
}
