import { debugUrlFlag } from './common-flags.ts';
import type { ConnectionFlags } from './connection-flags.ts';
import type { FlagSpec, FlagValues } from './spec.ts';

export const controllerFlag = {
  name: 'controller',
  type: 'string',
  shown: "''",
  summary: 'The controller to ask, as NAMESPACE/NAME of a Pod, Deployment or Service, where its labels do not tell.',
} as const satisfies FlagSpec;

/** Which controller is asked, or what is asked in its place. */
export const controllerFlags = [
  debugUrlFlag,
  {
    name: 'from',
    type: 'string',
    shown: 'auto',
    summary:
      'Who of a cluster answers: controller, what it computed; api, its objects, compiled here; auto, the controller where one answers, else api.',
  },
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

/** What `openSource` is told. */
export type SourceFlags = FlagValues<typeof sourceFlags> & ConnectionFlags;
