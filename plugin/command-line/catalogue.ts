import { closest } from '../../routing/objects/edit-distance.ts';
import { browseSpec } from './browse-spec.ts';
import { canarySpecs } from './canary-specs.ts';
import { delegateSpecs } from './delegate-specs.ts';
import { globalFlags } from './global-flags.ts';
import { routesSpec } from './routes-spec.ts';
import type { CommandSpec, FlagSpec } from './spec.ts';
import { statusSpec } from './status-spec.ts';
import { syncSpec } from './sync-spec.ts';
import { traceSpec } from './trace-spec.ts';
import { treeSpec } from './tree-spec.ts';
import { versionSpec } from './version-spec.ts';

export const devSpec = {
  name: 'dev',
  group: 'Run',
  summary: 'Serve a folder of manifests with a controller and an Envoy of its own',
  description: 'The same as contour dev.',
  arguments: [],
  flags: [],
  examples: [],
  passThrough: true,
} as const satisfies CommandSpec;

const helpSpec = {
  name: 'help',
  group: 'Other',
  summary: 'Show help for a command',
  description: 'Show help for a command.',
  arguments: [{ name: 'COMMAND', summary: 'The command.' }],
  flags: [],
  examples: [],
  passThrough: false,
} as const satisfies CommandSpec;

const optionsSpec = {
  name: 'options',
  group: 'Other',
  summary: 'Show the options that every command takes',
  description: 'Show the options that every command takes.',
  arguments: [],
  flags: [],
  examples: [],
  passThrough: false,
} as const satisfies CommandSpec;

/** The commands that exist, in the order in which the overview lists them. */
export const catalogue: readonly CommandSpec[] = [
  routesSpec,
  statusSpec,
  treeSpec,
  traceSpec,
  syncSpec,
  browseSpec,
  ...canarySpecs,
  ...delegateSpecs,
  devSpec,
  versionSpec,
  optionsSpec,
  helpSpec,
];

export function findSpec(name: string): CommandSpec | null {
  return catalogue.find((spec) => spec.name === name || spec.aliases?.includes(name) === true) ?? null;
}

/** The commands one word below it: `canary start` below `canary`. */
export function subCommandsOf({ name }: CommandSpec): readonly CommandSpec[] {
  return catalogue.filter((spec) => parentOf(spec) === name);
}

/** `; did you mean "canary status"?` where a word behind a command is like one of those below it, else nothing. */
export function meantBelow(spec: CommandSpec, word: string): string {
  const verbs = subCommandsOf(spec).map(({ name }) => name.slice(spec.name.length + 1));
  const similar = closest(word, verbs);
  return similar === null ? '' : `; did you mean "${spec.name} ${similar}"?`;
}

/** The name of the command it is below; null for the commands of the overview. */
export function parentOf({ name }: CommandSpec): string | null {
  const at = name.lastIndexOf(' ');
  return at < 0 ? null : name.slice(0, at);
}

/** Every flag that this program knows, for what stands before the command. */
export const anyFlags: readonly FlagSpec[] = [
  ...globalFlags,
  { name: 'version', type: 'boolean', summary: 'Show the version of this plugin.' },
  ...catalogue.flatMap((spec) => spec.flags),
];
