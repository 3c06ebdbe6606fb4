import { debugUrlFlag } from './common-flags.ts';
import { controllerFlag } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

export const versionSpec = {
  name: 'version',
  group: 'Other',
  summary: 'Show the versions of this plugin and of the controller',
  description:
    "Show the versions of this plugin, of the controller (the one at --debug-url, else that of the cluster) and of its Envoys,\nand which versions of Contour's kinds the API server serves. What is too far apart is said on standard error.",
  arguments: [],
  flags: [
    { name: 'client', type: 'boolean', summary: 'Only the version of this plugin; nothing is asked.' },
    debugUrlFlag,
    controllerFlag,
    { name: 'output', char: 'o', type: 'string', shown: "''", summary: 'Output format: json, yaml or kyaml.' },
  ],
  examples: [{ title: 'All versions', command: '{bin} version' }],
  passThrough: false,
} as const satisfies CommandSpec;
