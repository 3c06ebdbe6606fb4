import { debugUrlFlag } from './common-flags.ts';
import { controllerFlag } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

export const versionSpec = {
  name: 'version',
  group: 'Other',
  summary: 'Show the versions of this plugin and of the controller',
  description:
    'Show the versions of this plugin and of the controller: the one at --debug-url, else that of the cluster.',
  arguments: [],
  flags: [
    { name: 'client', type: 'boolean', summary: 'Only the version of this plugin; nothing is asked.' },
    debugUrlFlag,
    controllerFlag,
    { name: 'output', char: 'o', type: 'string', shown: "''", summary: 'Output format: json, yaml or kyaml.' },
  ],
  examples: [{ title: 'Both versions', command: '{bin} version' }],
  passThrough: false,
} as const satisfies CommandSpec;
