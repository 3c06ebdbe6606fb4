import { hostFlag, noFilesFlag, routeFlags, toFlag, waitedFlags } from './canary-flags.ts';
import { guardFlags, screenFlags } from './screen-flags.ts';
import type { CommandSpec, FlagValues } from './spec.ts';

/** What a canary is watched with, by whichever command. */
export const watchFlags = [toFlag, ...routeFlags, ...waitedFlags, ...guardFlags, ...screenFlags] as const;

export type WatchFlags = FlagValues<typeof watchFlags>;

/** Of commands that change something: go on to watch it. */
export const watchFlag = {
  name: 'watch',
  char: 'w',
  type: 'boolean',
  summary: 'Watch the canary afterwards, as canary watch does.',
} as const;

export const canaryWatchSpec = {
  name: 'canary watch',
  group: 'Change',
  summary: 'Watch a canary live, and move it from there',
  description: `Show what the services of a canary are to get and what they get, which Envoys have it, and what it answers.

 At a terminal this is a screen: arrows stage another weight, enter applies it, p promotes, a aborts, q leaves. Without
the right to patch the object, or with --read-only, it only shows. In contexts of --protect a change asks for the name of
the object. While the API server is away the numbers are dim and the keys do nothing.

 Elsewhere, and with --plain, it is a line for each change, and ends by itself: 0 once the canary has all requests, 1
where it was aborted. With -o json it is one document a line.`,
  arguments: [{ name: 'NAME', summary: 'The HTTPProxy: web, proxy/web or httpproxy.projectcontour.io/web.' }],
  flags: [
    ...watchFlags,
    hostFlag,
    { name: 'output', char: 'o', type: 'string', shown: "''", summary: 'Output format: json, one document a line.' },
    noFilesFlag,
    { name: 'watch', char: 'w', type: 'boolean', hidden: true, summary: 'It watches in any case.' },
  ],
  examples: [
    { title: 'Watch and move', command: '{bin} canary watch web' },
    { title: 'In a pipeline, until it is done', command: '{bin} canary watch web --plain' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;
