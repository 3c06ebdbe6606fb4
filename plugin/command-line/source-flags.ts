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

/** Which controller is asked, or what is asked in its place. */
export const controllerFlags = [
  debugUrlFlag,
  { ...fromFlag, summary: `${answerers}; ${byItself}.` },
  controllerFlag,
] as const satisfies readonly FlagSpec[];

/** Manifests in place of a cluster. */
export const fileFlags = [
  {
    name: 'filename',
    char: 'f',
    type: 'list',
    shown: '[]',
    summary: 'Files or folders with manifests, - for standard input. No cluster is asked.',
  },
  {
    name: 'closed',
    type: 'boolean',
    summary:
      'With -f: what the files do not hold does not exist. Otherwise a kind of which they hold nothing is unknown.',
  },
] as const satisfies readonly FlagSpec[];

/** Flags that say who is to answer: those of every command that reads. */
export const sourceFlags = [...fileFlags, ...controllerFlags] as const satisfies readonly FlagSpec[];

/** Those of a command that Envoys can answer too. */
export const envoySourceFlags = [
  ...fileFlags,
  debugUrlFlag,
  {
    ...fromFlag,
    summary: `${answerers}; envoy or envoy=POD, what Envoys really hold, or that one; ${byItself}.`,
  },
  controllerFlag,
] as const satisfies readonly FlagSpec[];

/** What `openSource` is told. */
export type SourceFlags = FlagValues<typeof sourceFlags> & ConnectionFlags;
