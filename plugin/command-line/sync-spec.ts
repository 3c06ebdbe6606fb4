import { outputFlags, sortByFlag, watchFlags } from './output-flags.ts';
import { controllerFlags } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

const description = `Show what each Envoy has accepted of what it was sent.

 ok is all of it, behind is how many resources it has not answered yet, NACK how many it refused, with its own words and the
object whose they are on standard error. LAST ACK is when it accepted something last. The controllers of a cluster are asked, all of them, or that at --debug-url.

 With --exit-code the exit code is 0 when every Envoy has accepted everything, 1 when one has not within --grace, or has
refused something, and 2 when it could not be found out.`;

export const syncSpec = {
  name: 'sync',
  group: 'See',
  summary: 'Show whether every Envoy runs what it was sent',
  description,
  arguments: [],
  flags: [
    { name: 'exit-code', type: 'boolean', summary: 'Say by the exit code whether all is accepted.' },
    { name: 'grace', type: 'string', shown: '10s', summary: 'With --exit-code: how long an Envoy may be behind.' },
    ...controllerFlags,
    ...outputFlags,
    sortByFlag,
    ...watchFlags,
  ],
  examples: [
    { title: 'Every Envoy', command: '{bin} sync' },
    { title: 'In a script', command: '{bin} sync --exit-code --grace 30s' },
  ],
  questionFlags: ['exit-code'],
  passThrough: false,
} as const satisfies CommandSpec;
