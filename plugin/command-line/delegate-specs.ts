import { outputFlags, sortByFlag, watchFlags } from './output-flags.ts';
import { chunkSizeFlag, controllerFlags, fileFlags, noKustomizeFlag, recursiveFlag } from './source-flags.ts';
import { screenFlags } from './screen-flags.ts';
import type { CommandSpec, FlagSpec, FlagValues } from './spec.ts';
import { writerFlags } from './write-flags.ts';

const TARGET = { name: 'HOST/PREFIX', summary: 'A host, and the prefix of its paths that is meant.' } as const;

const filename = {
  name: 'filename',
  char: 'f',
  type: 'list',
  shown: '[]',
  summary: 'Edit these files or folders in place, and no cluster; - reads standard input and writes standard output.',
} as const satisfies FlagSpec;

const writeFlags = [
  filename,
  recursiveFlag,
  noKustomizeFlag,
  { name: 'output', char: 'o', type: 'string', shown: "''", summary: 'Output format: json, yaml, kyaml or name.' },
  {
    name: 'dry-run',
    type: 'string',
    shown: 'none',
    alone: 'unchanged',
    summary: 'Must be none, client (only say what would be done) or server (let the API server check it, too).',
  },
  { name: 'yes', char: 'y', type: 'boolean', summary: 'Do not ask. Needed where there is no terminal to ask on.' },
  { name: 'force', type: 'boolean', summary: 'Write it though a check fails.' },
  ...writerFlags,
  {
    name: 'force-conflicts',
    type: 'boolean',
    summary: 'Write what Argo CD, Flux or Helm owns, and may undo.',
  },
  {
    name: 'wait',
    type: 'boolean',
    on: true,
    summary: 'Wait until every Envoy has accepted the change. The change is made either way.',
  },
  { name: 'timeout', type: 'string', shown: '60s', summary: 'How long to wait, with a unit (30s, 2m).' },
  ...controllerFlags,
] as const satisfies readonly FlagSpec[];

/** Of where files are, what is left when the command runs. */
export type DelegateWriteFlags = Omit<FlagValues<typeof writeFlags>, 'recursive' | 'kustomize'>;

const headerFlags = [
  {
    name: 'header',
    char: 'H',
    type: 'array',
    shown: '[]',
    summary: 'Only requests with this header: NAME=VALUE, !=, *=, !*=, ~=, NAME or !NAME; may be given again.',
  },
  { name: 'ignore-case', type: 'boolean', summary: 'The values of -H mean any case.' },
] as const satisfies readonly FlagSpec[];

const pathFlags = [
  ...headerFlags,
  {
    name: 'root',
    type: 'string',
    shown: "''",
    summary: 'The HTTPProxy that includes it, NAMESPACE/NAME, where that is not the root of the host.',
  },
] as const satisfies readonly FlagSpec[];

const certFlags = [
  {
    name: 'to',
    type: 'list',
    shown: '[]',
    summary: "The namespaces that may use it, or '*' for all.",
  },
  {
    name: 'name',
    type: 'string',
    shown: "''",
    summary: 'The TLSCertificateDelegation; that which names the Secret already, else one called as the Secret.',
  },
] as const satisfies readonly FlagSpec[];

export const delegateSpec = {
  name: 'delegate',
  group: 'Change',
  summary: 'Give a path of a host, or a certificate, to another namespace, and take it back',
  description: `Give what a host answers below a prefix to another HTTPProxy, which may be in another namespace.

 The root HTTPProxy of the host gets an entry in spec.includes. Before anything is written it is compiled here, with the
controller's own code: what would be invalid, what is taken and by whom, and which routes it hides is told first. The
child is written before its use, so that a command that was interrupted can be given again.

 At a terminal, delegate alone asks for everything, shows what would happen, and tells the command that does the same.

 HOST alone gives the whole host. -H narrows it to requests with a header, spelled as in the column MATCH of routes:
name=value is exact, *= contains, ~= is a regular expression, a bare name is present, and ! negates.`,
  arguments: [TARGET],
  flags: [
    { name: 'to', type: 'string', shown: "''", summary: 'The HTTPProxy that answers from now on: NAMESPACE/NAME.' },
    ...pathFlags,
    { name: 'create', type: 'boolean', summary: 'Make a skeleton of the child where there is none.' },
    {
      name: 'service',
      type: 'string',
      shown: "''",
      summary: 'With --create: where the skeleton sends requests, SERVICE:PORT. Without it answers 503.',
    },
    ...screenFlags,
    ...writeFlags,
  ],
  examples: [
    { title: 'Be asked for everything', command: '{bin} delegate' },
    { title: 'A path to the HTTPProxy of another team', command: '{bin} delegate shop.example.com/api --to cart/cart' },
    {
      title: 'And make one for them to go on with',
      command: '{bin} delegate shop.example.com/api --to cart/cart --create --service cart:8080',
    },
    { title: 'A whole host', command: '{bin} delegate blog.example.com --to blog/blog' },
    { title: 'Only who asks for it', command: '{bin} delegate shop.example.com/api --to cart/next -H x-next=true' },
    {
      title: 'In files, and not in a cluster',
      command: '{bin} delegate shop.example.com/api --to cart/cart -f deploy/',
    },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const delegateCertSpec = {
  name: 'delegate cert',
  group: 'Change',
  summary: 'Let other namespaces use the certificate in a Secret',
  description: `Let other namespaces use a Secret with a certificate, by a TLSCertificateDelegation beside the Secret, and say how they
refer to it. Nobody there can read the Secret itself.`,
  arguments: [{ name: 'SECRET', summary: 'The Secret, in the namespace of -n.' }],
  flags: [...certFlags, ...writeFlags],
  examples: [
    { title: 'To one team', command: '{bin} delegate cert wildcard -n www-admin --to shop' },
    { title: 'To everybody', command: "{bin} delegate cert wildcard -n www-admin --to '*'" },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const delegateListSpec = {
  name: 'delegate list',
  group: 'Change',
  summary: 'List who gave what to whom',
  description: `List the paths that HTTPProxies include others for, from the root on, and the certificates that namespaces lend.

 Who may read one namespace only sees what the controller wrote into the status of its HTTPProxies (condition Included):
the list is marked as partial then.`,
  arguments: [],
  flags: [
    { name: 'to', type: 'string', shown: "''", summary: 'Only what was given to this namespace.' },
    { name: 'broken', type: 'boolean', summary: 'Only what does not work, and why.' },
    ...fileFlags,
    chunkSizeFlag,
    ...outputFlags,
    sortByFlag,
    ...watchFlags,
  ],
  examples: [
    { title: 'What others gave to us', command: '{bin} delegate list --to cart' },
    { title: 'What does not work', command: '{bin} delegate list --broken' },
  ],
  passThrough: false,
} as const satisfies CommandSpec;

export const delegateCheckSpec = {
  name: 'delegate check',
  group: 'Change',
  summary: 'Ask whether a path is delegated, and works',
  description: `Ask whether a path of a host is delegated, to whom, and whether that works.

 Exit codes: 0 yes, 1 no, 2 it could not be answered.`,
  arguments: [TARGET],
  flags: [
    ...headerFlags,
    ...fileFlags,
    chunkSizeFlag,
    { name: 'output', char: 'o', type: 'string', shown: 'text', summary: 'Output format: text, json, yaml or kyaml.' },
  ],
  examples: [{ title: 'In a script', command: '{bin} delegate check shop.example.com/api && echo yes' }],
  isQuestion: true,
  passThrough: false,
} as const satisfies CommandSpec;

export const delegateRevokeSpec = {
  name: 'delegate revoke',
  group: 'Change',
  summary: 'Take a path back',
  description: `Take the include for a path of a host out of the HTTPProxy that has it, and say who answers there from then on.

 The child stays as it is.`,
  arguments: [TARGET],
  flags: [...pathFlags, ...writeFlags],
  examples: [{ title: 'Take a path back', command: '{bin} delegate revoke shop.example.com/api' }],
  passThrough: false,
} as const satisfies CommandSpec;

export const delegateRevokeCertSpec = {
  name: 'delegate revoke cert',
  group: 'Change',
  summary: 'Take a certificate back',
  description: `Take the right to use a Secret back from namespaces, and say for which hosts HTTPS ends with it.

 Hosts that use it go on to name it, and answer no more on HTTPS.`,
  arguments: [{ name: 'SECRET', summary: 'The Secret, in the namespace of -n.' }],
  flags: [...certFlags, ...writeFlags],
  examples: [{ title: 'From one team', command: '{bin} delegate revoke cert wildcard -n www-admin --to shop' }],
  passThrough: false,
} as const satisfies CommandSpec;

export const delegateSpecs: readonly CommandSpec[] = [
  delegateSpec,
  delegateCertSpec,
  delegateListSpec,
  delegateCheckSpec,
  delegateRevokeSpec,
  delegateRevokeCertSpec,
];
