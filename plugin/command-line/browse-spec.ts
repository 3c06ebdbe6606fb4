import { guardFlags, screenFlags } from './screen-flags.ts';
import { sourceFlags } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

export const browseSpec = {
  name: 'browse',
  aliases: ['ui'],
  group: 'See',
  summary: 'Look through hosts, routes and objects on a screen that keeps up',
  description: `Show hosts, their routes and what wrote them side by side, and keep up with what changes. It needs a terminal.

 Where the answer comes from, and which namespaces are meant, is as for routes. / filters, i shows what is invalid, T the
tree of a host, t traces a request, y shows YAML, e edits, w watches the canary of a route, D gives its path to another
HTTPProxy; 2, 3 and 4 show objects, certificates and Envoys, and 1 routes again; ? lists all keys.

 In contexts of --protect, w and D ask for the name of the object before they change it; e leaves all that to kubectl
edit.`,
  arguments: [{ name: 'HOST', summary: 'A host name, or a pattern with *.' }],
  flags: [
    { name: 'all-namespaces', char: 'A', type: 'boolean', summary: 'All namespaces, whatever -n says.' },
    ...sourceFlags,
    ...guardFlags,
    ...screenFlags,
  ],
  examples: [
    { title: 'All of a cluster', command: '{bin} browse -A' },
    { title: 'What a folder of manifests means, as they are edited', command: '{bin} browse -f manifests/' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;
