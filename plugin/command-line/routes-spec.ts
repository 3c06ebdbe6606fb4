import { outputFlags, selectorFlags, sortByFlag, watchFlags } from './output-flags.ts';
import { guardFlags, screenFlags } from './screen-flags.ts';
import { envoySourceFlags } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

const description = `Show the effective route table: one row per match, in the order Envoy evaluates it, with includes merged.

 HOST may be a name as in a request (the one virtual host that Envoy would choose is shown), or a pattern with * that
selects hosts as they are declared.

 The answer comes from files with -f, else from the controller at --debug-url, else from the cluster of the kubeconfig:
from its controller, through a port-forward, or from its objects, compiled here. Without a kubeconfig the controller at
http://127.0.0.1:6060 is asked.

 --from=envoy asks the Envoys themselves what they hold, through a port-forward, Contour's too. They know the object that
wrote a route, not the place in it, nor who includes it; READY counts the endpoints that they have. Where they hold
different routes, --from=envoy=POD asks one of them.

 Of a cluster the routes of one namespace are shown, and what they include elsewhere: that of -n, else that of the
context. -A shows all, and so do HOST, -f and --debug-url where -n is not given.

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
      name: 'service',
      type: 'string',
      shown: "''",
      summary: 'Only routes that lead to this Service, as SERVICE or NAMESPACE/SERVICE.',
    },
    {
      name: 'kind',
      type: 'string',
      shown: "''",
      summary: 'Only what objects of this kind wrote: proxy, ingress or ingressroute.',
    },
    {
      name: 'order',
      type: 'boolean',
      summary: 'Columns with the place of each row, and the rule by which it comes after the row above.',
    },
    { name: 'all-namespaces', char: 'A', type: 'boolean', summary: 'All namespaces, whatever -n says.' },
    ...selectorFlags,
    ...envoySourceFlags,
    ...outputFlags,
    { ...sortByFlag, summary: `${sortByFlag.summary} The order is no more Envoy's then.` },
    { name: 'invalid', type: 'boolean', summary: 'Also show claims that lost their host or match, and to whom.' },
    { name: 'interactive', char: 'i', type: 'boolean', summary: 'The table on a screen, as browse shows it.' },
    ...watchFlags,
    ...guardFlags,
    ...screenFlags,
  ],
  examples: [
    { title: 'Everything the running controller serves', command: '{bin} routes' },
    { title: 'What answers a request for this host and path', command: '{bin} routes shop.example.com --path /cart' },
    { title: 'What a folder of manifests means, with no controller', command: '{bin} routes -f manifests/' },
    { title: 'What the Envoys really hold', command: '{bin} routes shop.example.com --from envoy' },
    { title: 'What leads to a Service', command: '{bin} routes -A --service cart/web' },
    { title: 'Every declared host below a domain, as JSON', command: "{bin} routes --host '*.example.com' -o json" },
  ],
  passThrough: false,
} as const satisfies CommandSpec;
