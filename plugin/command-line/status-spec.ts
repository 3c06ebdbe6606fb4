import { labelFlags, outputFlags, selectorFlags, sortByFlag, watchFlags } from './output-flags.ts';
import { sourceFlags } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

const description = `Show whether each object is valid, why not, and on how many Envoys it runs.

 NAME is name or kind/name (proxy/web, ing/web). Of a cluster the objects of one namespace are shown: that of -n, else that
of the context; -A shows all, and so do -f and --debug-url where -n is not given.

 --wait waits until the objects are valid, or with --wait=programmed until every Envoy runs them as they are now. Its exit
code is 0 when that is so, 1 when the time is over first, naming the Envoy or the reason that is missing, and 2 when it
could not be found out. Where -l or --field-selector finds no object yet, one is waited for; a NAME has to be there.`;

export const statusSpec = {
  name: 'status',
  group: 'See',
  summary: 'Show whether each object is valid, and why not',
  description,
  arguments: [{ name: 'NAME', several: true, summary: 'Objects, as name or kind/name.' }],
  flags: [
    { name: 'all-namespaces', char: 'A', type: 'boolean', summary: 'All namespaces, whatever -n says.' },
    ...selectorFlags,
    { name: 'ignore-not-found', type: 'boolean', summary: 'A NAME that is not there is no error.' },
    { name: 'invalid', type: 'boolean', summary: 'Only objects that are invalid.' },
    { name: 'orphaned', type: 'boolean', summary: 'Only proxies that no root includes.' },
    { name: 'explain', type: 'boolean', summary: 'Each reason with its rule, and what to do next.' },
    {
      name: 'wait',
      type: 'string',
      shown: "''",
      alone: 'valid',
      summary: 'Wait until the objects are valid, or programmed: until every Envoy runs them.',
    },
    {
      name: 'timeout',
      type: 'string',
      shown: '60s',
      summary: 'How long --wait waits, with a unit (30s, 2m); 0 is to look once.',
    },
    ...sourceFlags,
    ...outputFlags,
    sortByFlag,
    ...labelFlags,
    ...watchFlags,
  ],
  examples: [
    { title: 'What is wrong, and what to do', command: '{bin} status -A --invalid --explain' },
    { title: 'One proxy', command: '{bin} status proxy/web -n shop' },
    { title: 'In a script, after kubectl apply', command: '{bin} status web -n shop --wait=programmed --timeout 30s' },
    { title: 'What a folder of manifests means', command: '{bin} status -f manifests/' },
  ],
  questionFlags: ['wait'],
  passThrough: false,
} as const satisfies CommandSpec;
