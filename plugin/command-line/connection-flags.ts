import type { FlagSpec, FlagValues } from './spec.ts';

/** How the API server is reached, and as whom: the flags of `kubectl options`, of every command. */
export const connectionFlags = [
  { name: 'kubeconfig', type: 'string', shown: "''", summary: 'The kubeconfig to use, in place of KUBECONFIG.' },
  { name: 'context', type: 'string', shown: "''", summary: 'The context of the kubeconfig to use.' },
  { name: 'cluster', type: 'string', shown: "''", summary: 'The cluster of the kubeconfig to use.' },
  { name: 'user', type: 'string', shown: "''", summary: 'The user of the kubeconfig to use.' },
  {
    name: 'namespace',
    char: 'n',
    type: 'string',
    shown: "''",
    summary: 'The namespace that is meant; that of the context where it is not given.',
  },
  { name: 'server', char: 's', type: 'string', shown: "''", summary: 'Address and port of the API server.' },
  { name: 'token', type: 'string', shown: "''", summary: 'Bearer token to show to the API server.' },
  { name: 'as', type: 'string', shown: "''", summary: 'The user or service account to act as.' },
  { name: 'as-uid', type: 'string', shown: "''", summary: 'The UID to act as.' },
  { name: 'as-group', type: 'array', shown: '[]', summary: 'A group to act as; may be given again.' },
  {
    name: 'as-user-extra',
    type: 'array',
    shown: '[]',
    summary: 'An extra of the user to act as, KEY=VALUE; may be given again.',
  },
  {
    name: 'certificate-authority',
    type: 'string',
    shown: "''",
    summary: 'File with the authority of the certificate of the API server.',
  },
  { name: 'client-certificate', type: 'string', shown: "''", summary: 'File with the certificate to show.' },
  { name: 'client-key', type: 'string', shown: "''", summary: 'File with the key of that certificate.' },
  {
    name: 'insecure-skip-tls-verify',
    type: 'boolean',
    summary: 'Believe any certificate of the API server. Whoever is in between can then read and change everything.',
  },
  {
    name: 'tls-server-name',
    type: 'string',
    shown: "''",
    summary: 'The name to look for in the certificate of the API server, in place of its host.',
  },
  {
    name: 'request-timeout',
    type: 'string',
    shown: "'0'",
    summary: 'How long one request may take, with a unit (1s, 2m, 3h); 0 is for ever.',
  },
  { name: 'cache-dir', type: 'string', shown: "''", summary: 'Taken as kubectl takes it; nothing is cached.' },
  { name: 'disable-compression', type: 'boolean', summary: 'Ask the API server for answers that are not compressed.' },
  {
    name: 'v',
    char: 'v',
    type: 'string',
    shown: '0',
    summary: 'How much to say of requests on standard error: from 6 each with its status and time.',
  },
  {
    name: 'warnings-as-errors',
    type: 'boolean',
    summary: 'End with an error where the API server has sent a warning.',
  },
  { name: 'username', type: 'string', hidden: true, summary: 'User name for basic authentication.' },
  { name: 'password', type: 'string', hidden: true, summary: 'Password for basic authentication.' },
] as const satisfies readonly FlagSpec[];

export type ConnectionFlags = FlagValues<typeof connectionFlags>;
