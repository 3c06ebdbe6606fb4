import { catalogue, parentOf, subCommandsOf } from './command-line/catalogue.ts';
import { globalFlags } from './command-line/global-flags.ts';
import type { CommandSpec, FlagSpec } from './command-line/spec.ts';

/** How people call the program: kubectl finds it by a name that begins with `kubectl-`. */
export function programName(path: string): string {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return base.startsWith('kubectl-') ? 'kubectl contour' : 'kubectl-contour';
}

/** The commands that exist, in their groups. */
export function overview(program: string): string {
  const commands = catalogue.filter((spec) => parentOf(spec) === null);
  const width = Math.max(...commands.map(({ name }) => name.length));
  const groups = [...new Set(commands.map(({ group }) => group))].map((group) => {
    const members = commands.filter((spec) => spec.group === group);
    return [`${group}:`, ...members.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`), ''].join('\n');
  });
  return [
    'kubectl contour shows and drives the routing of Contour: HTTPProxy, Ingress and what they delegate.',
    '',
    ...groups,
    'Usage:',
    `  ${program} COMMAND [options]`,
    '',
    `Use "${program} COMMAND --help" for more information about a command.`,
    seeOptions(program),
    '',
  ].join('\n');
}

/** Help for one command, in kubectl's shape. */
export function commandHelp(spec: CommandSpec, program: string): string {
  const usage = [
    program,
    spec.name,
    ...spec.arguments.map(({ name, several }) => `[${name}${several === true ? '...' : ''}]`),
    '[options]',
  ].join(' ');
  const examples = spec.examples.map(({ title, command }) => `  # ${title}\n  ${command.replace('{bin}', program)}\n`);
  return [
    spec.description,
    '',
    ...(examples.length === 0 ? [] : ['Examples:', examples.join('\n')]),
    ...(spec.aliases === undefined ? [] : ['Aliases:', `  ${[spec.name, ...spec.aliases].join(', ')}`, '']),
    ...subCommands(spec),
    ...(spec.flags.length === 0 ? [] : ['Options:', flagList(spec.flags)]),
    'Usage:',
    `  ${usage}`,
    '',
    seeOptions(program),
    '',
  ].join('\n');
}

/** The options that every command takes, in the shape of `kubectl options`. */
export function globalOptions(): string {
  return `The following options can be passed to any command:\n\n${flagList(globalFlags)}`;
}

function seeOptions(program: string): string {
  return `Use "${program} options" for a list of global command-line options (applies to all commands).`;
}

function flagList(flags: readonly FlagSpec[]): string {
  const shown = flags.filter(({ hidden }) => hidden !== true);
  return shown
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(flagHelp)
    .join('\n');
}

/** Those of a command that has some, under the words by which it is asked for. */
function subCommands(spec: CommandSpec): readonly string[] {
  const below = subCommandsOf(spec).map(({ name, summary }) => ({ word: name.slice(spec.name.length + 1), summary }));
  if (below.length === 0) return [];
  const width = Math.max(...below.map(({ word }) => word.length));
  return ['Available Commands:', ...below.map(({ word, summary }) => `  ${word.padEnd(width)}   ${summary}`), ''];
}

function flagHelp(flag: FlagSpec): string {
  const names = flag.char === undefined ? `--${flag.name}` : `-${flag.char}, --${flag.name}`;
  return `    ${names}=${flag.shown ?? String(flag.on ?? false)}:\n\t${flag.summary}\n`;
}
