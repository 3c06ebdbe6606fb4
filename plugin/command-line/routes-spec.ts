import { debugUrlFlag } from './common-flags.ts';
import type { CommandSpec } from './spec.ts';

const description = `Show the effective route table: one row per match, in the order Envoy evaluates it, with includes merged.

 HOST may be a name as in a request (the one virtual host that Envoy would choose is shown), or a pattern with * that
selects hosts as they are declared.

 The answer comes from files with -f, else from the controller at --debug-url. All namespaces are shown unless -n is
given.

 Conditions in MATCH: name=value is exact, *= contains, ^= starts with, $= ends with, ~= is a regular expression, a bare
name is present, ! negates, and ? marks a query parameter. READY is ? where nothing is known of the endpoints.`;

export const routesSpec = {
  name: 'routes',
  group: 'See',
  summary: 'Show which backend serves which host and path, and why',
  description,
  arguments: [{ name: 'HOST', summary: 'A host name, or a pattern with *.' }],
  flags: [
    { name: 'host', type: 'string', shown: "''", summary: 'The same as HOST.' },
    { name: 'path', type: 'string', shown: "''", summary: 'Only matches that could answer this path.' },
    {
      name: 'namespace',
      char: 'n',
      type: 'string',
      shown: "''",
      summary: 'Only what objects of this namespace wrote, claims that lost included.',
    },
    { name: 'all-namespaces', char: 'A', type: 'boolean', summary: 'All namespaces, whatever -n says.' },
    {
      name: 'filename',
      char: 'f',
      type: 'list',
      shown: '[]',
      summary: 'Files or folders with manifests, - for standard input. No controller is asked.',
    },
    {
      name: 'closed',
      type: 'boolean',
      summary:
        'With -f: what the files do not hold does not exist. Otherwise a kind of which they hold nothing is unknown.',
    },
    debugUrlFlag,
    {
      name: 'output',
      char: 'o',
      type: 'string',
      shown: 'table',
      summary: 'Output format: table, wide, json, yaml or name.',
    },
    { name: 'invalid', type: 'boolean', summary: 'Also show claims that lost their host or match, and to whom.' },
    { name: 'no-headers', type: 'boolean', summary: 'Leave out the headers of a table.' },
    { name: 'watch', char: 'w', type: 'boolean', summary: 'After the table, a row for each change until interrupted.' },
  ],
  examples: [
    { title: 'Everything the running controller serves', command: '{bin} routes' },
    { title: 'What answers a request for this host and path', command: '{bin} routes shop.example.com --path /cart' },
    { title: 'What a folder of manifests means, with no controller', command: '{bin} routes -f manifests/' },
    { title: 'Every declared host below a domain, as JSON', command: "{bin} routes --host '*.example.com' -o json" },
  ],
  passThrough: false,
} as const satisfies CommandSpec;
