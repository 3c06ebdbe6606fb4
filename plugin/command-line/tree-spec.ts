import { sourceFlags } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

const description = `Show who includes whom: below each host the object that holds it, and what that includes.

 HOST is a name as in a request, or a pattern with *; NAME is an object, as name, namespace/name or kind/name. Proxies that
no root includes come last.`;

export const treeSpec = {
  name: 'tree',
  group: 'See',
  summary: 'Show which object includes which, host by host',
  description,
  arguments: [{ name: 'HOST|NAME', summary: 'A host, a pattern with *, or an object.' }],
  flags: [
    { name: 'all-namespaces', char: 'A', type: 'boolean', summary: 'All namespaces, whatever -n says.' },
    { name: 'certs', type: 'boolean', summary: 'Also the Secret with the certificate of each host.' },
    { name: 'services', type: 'boolean', summary: 'Also the routes of each object, with their backends.' },
    ...sourceFlags,
    {
      name: 'output',
      char: 'o',
      type: 'string',
      shown: 'text',
      summary: 'Output format: text, json, yaml, kyaml, dot (for Graphviz) or mermaid.',
    },
  ],
  examples: [
    { title: 'Everything that serves a host', command: '{bin} tree shop.example.com --services --certs' },
    { title: 'What leads to a proxy', command: '{bin} tree proxy/cart' },
    { title: 'A picture', command: '{bin} tree -o dot | dot -Tsvg > tree.svg' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;
