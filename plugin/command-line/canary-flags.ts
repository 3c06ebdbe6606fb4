import { outputFlag } from './output-flags.ts';
import { controllerFlags, kustomizeFlag, noKustomizeFlag, recursiveFlag } from './source-flags.ts';
import type { FlagSpec, FlagValues } from './spec.ts';
import { writerFlags } from './write-flags.ts';

export const hostFlag = {
  name: 'host',
  type: 'string',
  shown: "''",
  summary: 'The HTTPProxy of this host, in place of NAME.',
} as const satisfies FlagSpec;

const filenameFlag = {
  name: 'filename',
  char: 'f',
  type: 'list',
  shown: '[]',
  summary: 'Edit these files or folders in place, and no cluster; - reads standard input and writes standard output.',
} as const satisfies FlagSpec;

const changedOutputFlag = {
  ...outputFlag,
  summary: `${outputFlag.summary} With --dry-run, yaml and kyaml are the object as it would be.`,
} as const satisfies FlagSpec;

/** Where an object is that is only read, and how it is told. */
export const proxyFlags = [
  { ...filenameFlag, summary: 'Files or folders with manifests, - for standard input. No cluster is asked.' },
  recursiveFlag,
  kustomizeFlag,
  changedOutputFlag,
] as const satisfies readonly FlagSpec[];

/** How a change is made that is waited for. */
export const waitedFlags = [
  ...writerFlags,
  {
    name: 'force-conflicts',
    type: 'boolean',
    summary: 'Write what Argo CD, Flux, Helm, Flagger or Argo Rollouts owns, and may undo.',
  },
  { name: 'force', type: 'boolean', summary: 'Send requests to a service that is not ready, or not there.' },
  { name: 'timeout', type: 'string', shown: '60s', summary: 'How long to wait, with a unit (30s, 2m).' },
  ...controllerFlags,
] as const satisfies readonly FlagSpec[];

const writeFlags = [
  {
    name: 'dry-run',
    type: 'string',
    shown: 'none',
    alone: 'unchanged',
    summary: 'Must be none, client (only say what would be done) or server (let the API server check it, too).',
  },
  {
    name: 'wait',
    type: 'boolean',
    on: true,
    summary: 'Wait until every Envoy has accepted the change. The change is made either way.',
  },
  ...waitedFlags,
] as const satisfies readonly FlagSpec[];

/** Flags of every command that changes an HTTPProxy. */
export const changeFlags = [
  filenameFlag,
  recursiveFlag,
  noKustomizeFlag,
  changedOutputFlag,
  ...writeFlags,
] as const satisfies readonly FlagSpec[];

/** Of a command that is about a cluster alone: taken, to be told so. */
export const noFilesFlag = { ...filenameFlag, hidden: true } as const satisfies FlagSpec;

const [dryRunFlag, ...otherWriteFlags] = writeFlags;

/** The same of a command that makes one change after another in a cluster, and has no dry run. */
export const changesFlags = [
  noFilesFlag,
  { ...recursiveFlag, hidden: true },
  noKustomizeFlag,
  { ...dryRunFlag, hidden: true },
  { name: 'output', char: 'o', type: 'string', shown: "''", summary: 'Output format: json, one document a line.' },
  ...otherWriteFlags,
] as const satisfies readonly FlagSpec[];

/** Of where files are, what is left when the command runs. */
export type ChangeFlags = Omit<FlagValues<typeof changeFlags>, 'recursive' | 'kustomize'>;

/** Which routes of the object. */
export const routeFlags = [
  {
    name: 'route',
    type: 'string',
    shown: "''",
    summary: 'The route with this path, or #N in the order of the object.',
  },
  { name: 'all-routes', type: 'boolean', summary: 'All routes that could be meant.' },
] as const satisfies readonly FlagSpec[];

export const toFlag = {
  name: 'to',
  type: 'string',
  shown: "''",
  summary: 'The service that is the canary: NAME, or NAME:PORT where the name is not enough.',
} as const satisfies FlagSpec;

export const stepsFlag = {
  name: 'steps',
  type: 'string',
  shown: "''",
  summary: 'Percentages to go through, rising: 5,25,50,100.',
} as const satisfies FlagSpec;
