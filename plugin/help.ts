import { catalogue } from './command-line/catalogue.ts';
import { commonFlags } from './command-line/common-flags.ts';
import type { CommandSpec, FlagSpec } from './command-line/spec.ts';

/** How people call the program: kubectl finds it by a name that begins with `kubectl-`. */
export function programName(path: string): string {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return base.startsWith('kubectl-') ? 'kubectl contour' : 'kubectl-contour';
}

/** The commands that exist, in their groups. */
export function overview(program: string): string {
  const width = Math.max(...catalogue.map(({ name }) => name.length));
  const groups = [...new Set(catalogue.map(({ group }) => group))].map((group) => {
    const members = catalogue.filter((spec) => spec.group === group);
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
    '',
  ].join('\n');
}

/** Help for one command, in kubectl's shape. */
export function commandHelp(spec: CommandSpec, program: string): string {
  const usage = [program, spec.name, ...spec.arguments.map(({ name }) => `[${name}]`), '[options]'].join(' ');
  const examples = spec.examples.map(({ title, command }) => `  # ${title}\n  ${command.replace('{bin}', program)}\n`);
  const flags = [...spec.flags, ...commonFlags].toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(flagHelp);
  return [
    spec.description,
    '',
    ...(examples.length === 0 ? [] : ['Examples:', examples.join('\n')]),
    'Options:',
    flags.join('\n'),
    'Usage:',
    `  ${usage}`,
    '',
  ].join('\n');
}

function flagHelp(flag: FlagSpec): string {
  const names = flag.char === undefined ? `--${flag.name}` : `-${flag.char}, --${flag.name}`;
  return `    ${names}=${flag.shown ?? 'false'}:\n\t${flag.summary}\n`;
}
