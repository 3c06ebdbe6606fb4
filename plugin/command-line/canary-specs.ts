import { changeFlags, changesFlags, hostFlag, proxyFlags, routeFlags, stepsFlag, toFlag } from './canary-flags.ts';
import { canaryWatchSpec, watchFlag } from './canary-watch-spec.ts';
import { sortByFlag } from './output-flags.ts';
import { guardFlags, screenFlags } from './screen-flags.ts';
import type { CommandSpec } from './spec.ts';

const NAME = { name: 'NAME', summary: 'The HTTPProxy: web, proxy/web or httpproxy.projectcontour.io/web.' } as const;

const description = `Move weights between the services of an HTTPProxy, a part of the requests at a time.

 --weight 20 gives the canary 20 % and lets the others share 80 % as they share now. --weight web-v1=70,web-v2=30 is what
each of them gets; it must add up to 100 unless --raw is given. Mirrors get a copy of requests and are never counted.

 The canary is the service of --to, else that of canary start, else of two the one that gets nothing. Without NAME the
one HTTPProxy of the namespace that shares requests is meant. At a terminal, canary alone lets you pick one and watches it.

 What was there before the first change is kept in the annotation kubectl-contour.io/canary, so that canary abort goes
back to it from anywhere. A change is written only if the route and its services are still what they were, and is told
as done when every Envoy has it.

 An object may have the name of a sub-command: canary proxy/promote, or canary -- promote.`;

export const canarySpec = {
  name: 'canary',
  group: 'Change',
  summary: 'Move weights between services: canaries, steps, blue and green',
  description,
  arguments: [NAME],
  flags: [
    {
      name: 'weight',
      type: 'list',
      shown: '[]',
      summary: 'What the canary gets, from 0 to 100; or SERVICE=N for each service.',
    },
    toFlag,
    { name: 'stable', type: 'string', shown: "''", summary: 'Of two services the one that is not the canary.' },
    ...routeFlags,
    { name: 'raw', type: 'boolean', summary: 'Let the weights of SERVICE=N add up to anything.' },
    hostFlag,
    ...changeFlags,
    watchFlag,
    ...guardFlags,
    ...screenFlags,
  ],
  examples: [
    { title: 'A tenth of the requests to the canary', command: '{bin} canary web --weight 10' },
    { title: 'Say what each service gets', command: '{bin} canary web --weight web-v1=70,web-v2=30' },
    { title: 'And back to what was there before', command: '{bin} canary abort web' },
    { title: 'In a file, and not in a cluster', command: '{bin} canary web --weight 10 -f deploy/web.yaml' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const canaryStartSpec = {
  name: 'canary start',
  group: 'Change',
  summary: 'Add a canary to a route, with no requests yet',
  description: `Add a service to the route of an HTTPProxy, beside those that are there, and record it as the canary.

 The service gets the port, the protocol and the policies of the one beside it. With --header or --cookie requests that
carry it go to the canary whatever the weights are: a route with that condition is added beside the one that is there.`,
  arguments: [NAME],
  flags: [
    toFlag,
    { name: 'weight', type: 'string', shown: '0', summary: 'What the canary gets at once, from 0 to 100.' },
    { name: 'header', type: 'string', shown: "''", summary: 'NAME=VALUE or NAME: requests with this header go to it.' },
    { name: 'cookie', type: 'string', shown: "''", summary: 'NAME=VALUE or NAME: requests with this cookie go to it.' },
    stepsFlag,
    ...routeFlags,
    hostFlag,
    ...changeFlags,
    watchFlag,
    ...guardFlags,
    ...screenFlags,
  ],
  examples: [
    { title: 'A canary that gets nothing yet', command: '{bin} canary start web --to web-v2' },
    { title: 'Only who asks for it sees it', command: '{bin} canary start web --to web-v2 --header x-canary=true' },
    { title: 'With steps to take', command: '{bin} canary start web --to web-v2 --steps 5,25,50,100' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const canaryStepSpec = {
  name: 'canary step',
  group: 'Change',
  summary: 'Take the next of the recorded steps',
  description: 'Give the canary what the next of its recorded steps says: those of canary start or canary run.',
  arguments: [NAME],
  flags: [hostFlag, ...changeFlags, watchFlag, ...guardFlags, ...screenFlags],
  examples: [{ title: 'One step further', command: '{bin} canary step web' }],
  passThrough: false,
} as const satisfies CommandSpec;

export const canaryRunSpec = {
  name: 'canary run',
  group: 'Change',
  summary: 'Take one step after another, with time in between',
  description: `Take steps until the canary has all requests, and wait in between. This machine drives: each step is recorded in
the object, so that canary status shows it, canary abort ends it, and canary run elsewhere takes over.

 With --max-5xx or --max-p99 each step, the last one too, is judged after --interval by what all Envoys counted of the
canary on it: above the limit the weights go back to what was there before, and it exits 1. Fewer answers than
--min-requests tell nothing: the step goes on for another interval, and says so. Take no interval below 10s with
--max-p99, since Envoy tells its times every 5s.

 Ctrl-C ends the driving as --on-interrupt says: hold leaves the weights as they are, abort puts back what was there.

 With --watch it is shown meanwhile: at a terminal on the screen of canary watch, elsewhere as its lines. Whoever changes
something there drives from then on, q ends the driving and leaves the weights, and Ctrl-C asks where --on-interrupt is not
given. The screen goes when nobody drives any more.`,
  arguments: [NAME],
  flags: [
    toFlag,
    stepsFlag,
    { name: 'interval', type: 'string', shown: '2m', summary: 'How long to stay on each step, with a unit (30s, 5m).' },
    { name: 'on-interrupt', type: 'string', shown: 'hold', summary: 'What Ctrl-C does: hold or abort.' },
    { name: 'max-5xx', type: 'string', shown: "''", summary: 'Abort above this share of answers of 5xx, such as 1%.' },
    {
      name: 'max-p99',
      type: 'string',
      shown: "''",
      summary: 'Abort above this time of 99 % of requests, such as 300ms.',
    },
    { name: 'min-requests', type: 'string', shown: '50', summary: 'Judge a step only after this many requests.' },
    ...routeFlags,
    hostFlag,
    ...changesFlags,
    { ...watchFlag, summary: 'Watch the canary meanwhile, as canary watch does.' },
    ...guardFlags,
    ...screenFlags,
  ],
  examples: [
    { title: 'Four steps, five minutes each', command: '{bin} canary run web --steps 5,25,50,100 --interval 5m' },
    { title: 'Go on where somebody stopped', command: '{bin} canary run web' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const canaryPromoteSpec = {
  name: 'canary promote',
  group: 'Change',
  summary: 'Give the canary all requests',
  description: `Give the canary all requests and forget what was there before: canary abort has nothing to go back to then. Routes and
includes that were added for the canary alone go.`,
  arguments: [NAME],
  flags: [
    toFlag,
    { name: 'finish', type: 'boolean', summary: 'Take the other services out of the route, too.' },
    ...routeFlags,
    hostFlag,
    ...changeFlags,
  ],
  examples: [{ title: 'The canary is the new version', command: '{bin} canary promote web --finish' }],
  passThrough: false,
} as const satisfies CommandSpec;

export const canaryAbortSpec = {
  name: 'canary abort',
  group: 'Change',
  summary: 'Go back to what was there before',
  description: `Put back the weights and includes that were recorded before the first change, and take out what was added since. It
works from any machine, because the record is in the object.`,
  arguments: [{ name: 'NAME', summary: 'The HTTPProxy, or HOST/PREFIX of a switch.' }],
  flags: [hostFlag, ...changeFlags],
  examples: [
    { title: 'Back to the old version', command: '{bin} canary abort web' },
    { title: 'Back from a switch', command: '{bin} canary abort shop.example.com/checkout' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const canarySwitchSpec = {
  name: 'canary switch',
  group: 'Change',
  summary: 'Let an include name another child: blue and green',
  description: `Change which HTTPProxy an include names, so that all of its requests move at once.

 HOST/PREFIX says what is included: shop.example.com/checkout, or shop.example.com for all of the host. With
--preview-header nothing moves: an include beside it lets requests with that header through to the other child.`,
  arguments: [{ name: 'HOST/PREFIX', summary: 'What is included, as requests ask for it.' }],
  flags: [
    { name: 'to', type: 'string', shown: "''", summary: 'The HTTPProxy to include: NAME or NAMESPACE/NAME.' },
    {
      name: 'preview-header',
      type: 'string',
      shown: "''",
      summary: 'NAME=VALUE or NAME: only requests with this header go to it.',
    },
    ...changeFlags,
  ],
  examples: [
    {
      title: 'Look at green before everybody does',
      command: '{bin} canary switch shop.example.com --to green --preview-header x-preview=green',
    },
    { title: 'Green for everybody', command: '{bin} canary switch shop.example.com --to green' },
    { title: 'Back to blue', command: '{bin} canary abort shop.example.com' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const canaryStatusSpec = {
  name: 'canary status',
  group: 'Change',
  summary: 'Show how requests are shared, and how it came to be',
  description: 'Show how the routes of an HTTPProxy share their requests, who moved them, and what comes next.',
  arguments: [NAME],
  flags: [hostFlag, ...proxyFlags],
  examples: [{ title: 'Where is it', command: '{bin} canary status web' }],
  passThrough: false,
} as const satisfies CommandSpec;

export const canaryListSpec = {
  name: 'canary list',
  group: 'Change',
  summary: 'Show the canaries that are under way',
  description: 'Show the HTTPProxies that have a canary on record: those of a namespace, or all with -A.',
  arguments: [],
  flags: [
    ...proxyFlags,
    { name: 'all-namespaces', char: 'A', type: 'boolean', summary: 'All namespaces, whatever -n says.' },
    { name: 'no-headers', type: 'boolean', summary: 'Leave out the headers of a table.' },
    sortByFlag,
  ],
  examples: [{ title: 'All of a cluster', command: '{bin} canary list -A' }],
  passThrough: false,
} as const satisfies CommandSpec;

/** `canary` and what is below it, in the order in which help lists them. */
export const canarySpecs: readonly CommandSpec[] = [
  canarySpec,
  canaryStartSpec,
  canaryStepSpec,
  canaryRunSpec,
  canaryPromoteSpec,
  canaryAbortSpec,
  canarySwitchSpec,
  canaryStatusSpec,
  canaryListSpec,
  canaryWatchSpec,
];
