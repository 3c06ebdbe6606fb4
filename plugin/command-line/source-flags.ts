import { debugUrlFlag } from './common-flags.ts';
import type { ConnectionFlags } from './connection-flags.ts';
import type { FlagSpec, FlagValues } from './spec.ts';

export const controllerFlag = {
  name: 'controller',
  type: 'string',
  shown: "''",
  summary: 'The controller to ask, as NAMESPACE/NAME of a Pod, Deployment or Service, where its labels do not tell.',
} as const satisfies FlagSpec;

const answerers = 'Who of a cluster answers: controller, what it computed; api, its objects, compiled here';
const byItself = 'auto, the controller where one answers, else api';
const fromFlag = { name: 'from', type: 'string', shown: 'auto' } as const;

function controllerFlagsWith(summary: string) {
  return [debugUrlFlag, { ...fromFlag, summary }, controllerFlag] as const satisfies readonly FlagSpec[];
}

/** Which controller is asked, or what is asked in its place. */
export const controllerFlags = controllerFlagsWith(`${answerers}; ${byItself}.`);

export const recursiveFlag = {
  name: 'recursive',
  char: 'R',
  type: 'boolean',
  summary: 'Taken as kubectl takes it: a folder is always read with all folders in it.',
} as const satisfies FlagSpec;

export const kustomizeFlag = {
  name: 'kustomize',
  char: 'k',
  type: 'string',
  shown: "''",
  summary: 'The folder of a kustomization: what kubectl kustomize makes of it is read, as -f - would.',
} as const satisfies FlagSpec;

/** In a command that writes: taken, to be told that it is none of what is written. */
export const noKustomizeFlag = { ...kustomizeFlag, hidden: true } as const satisfies FlagSpec;

export const chunkSizeFlag = {
  name: 'chunk-size',
  type: 'string',
  shown: '500',
  summary: 'How many objects of a cluster to list at a time; 0 is all at once.',
} as const satisfies FlagSpec;

/** Manifests in place of a cluster. */
export const fileFlags = [
  {
    name: 'filename',
    char: 'f',
    type: 'list',
    shown: '[]',
    summary: 'Files or folders with manifests, - for standard input. No cluster is asked.',
  },
  recursiveFlag,
  kustomizeFlag,
  {
    name: 'closed',
    type: 'boolean',
    summary:
      'With -f: what the files do not hold does not exist. Otherwise a kind of which they hold nothing is unknown.',
  },
] as const satisfies readonly FlagSpec[];

function sourceFlagsWith(controller: typeof controllerFlags) {
  return [...fileFlags, ...controller, chunkSizeFlag] as const satisfies readonly FlagSpec[];
}

/** Flags that say who is to answer: those of every command that reads. */
export const sourceFlags = sourceFlagsWith(controllerFlags);

/** How a cluster is reached, and, in commands that list, in which portions. */
export type ClusterFlags = ConnectionFlags & Partial<FlagValues<readonly [typeof chunkSizeFlag]>>;

/** The same of a command that Envoys can answer too. */
export const envoySourceFlags = sourceFlagsWith(
  controllerFlagsWith(`${answerers}; envoy or envoy=POD, what Envoys really hold, or that one; ${byItself}.`),
);

/** What `openSource` is told. */
export type SourceFlags = FlagValues<typeof controllerFlags> &
  Pick<FlagValues<typeof fileFlags>, 'filename' | 'closed'> &
  ClusterFlags;
