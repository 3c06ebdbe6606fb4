import { envoySourceFlags } from './source-flags.ts';
import type { CommandSpec } from './spec.ts';

const description = `Explain one request: which object and line answers it, which backends it reaches, and why nothing else answers.

 Nothing is sent, unless --send is given. What is said comes from files with -f, else from the controller at --debug-url,
else from the cluster of the kubeconfig, as with the command routes. --from=envoy tells what an Envoy would answer by what
it holds, where it holds what this project's controller told it; with Contour's Envoys, --send asks them.

 Several backends are told with their shares, since Envoy draws one for each request; --seed draws one here. The answer
404 is an answer: what comes closest to it is told.

 Exit codes: 0 is an answer. With --expect or --send 1 is a disagreement, and 2 that the question could not be answered.`;

export const traceSpec = {
  name: 'trace',
  aliases: ['explain', 'why'],
  group: 'See',
  summary: 'Explain which object and line answers a request',
  description,
  arguments: [
    { name: 'METHOD', summary: 'The method; GET where it is left out.' },
    { name: 'URL', summary: 'With http, https, ws or wss, or, as curl takes it, without.' },
  ],
  flags: [
    { name: 'header', char: 'H', type: 'array', shown: '[]', summary: "A header of the request, 'name: value'." },
    {
      name: 'sni',
      type: 'string',
      shown: "''",
      summary: 'The name of the TLS handshake, where it is not that of the URL.',
    },
    { name: 'source-ip', type: 'string', shown: "''", summary: 'The address that the request comes from.' },
    { name: 'curl', type: 'string', shown: "''", summary: 'A curl command to take the request from. It is not run.' },
    { name: 'all', type: 'boolean', summary: 'Also tell the routes whose path differs.' },
    { name: 'seed', type: 'string', shown: "''", summary: 'A number that draws one of several backends.' },
    {
      name: 'expect',
      type: 'array',
      shown: '[]',
      summary:
        'What has to be so: backend=NAMESPACE/SERVICE[:PORT], status=404 or redirect=URL. Else the exit code is 1.',
    },
    { name: 'send', type: 'boolean', summary: 'Send the request to an Envoy, and compare.' },
    { name: 'via', type: 'string', shown: "''", summary: 'With --send: address and port of the Envoy.' },
    ...envoySourceFlags,
    {
      name: 'output',
      char: 'o',
      type: 'string',
      shown: 'text',
      summary: 'Output format: text, json, yaml, kyaml or curl.',
    },
  ],
  examples: [
    { title: 'What answers a request', command: '{bin} trace https://shop.example.com/cart' },
    { title: 'With a header, in files', command: "{bin} trace -f manifests/ shop.example.com/cart -H 'x-canary: yes'" },
    {
      title: 'A command that was copied from a browser',
      command: "{bin} trace --curl 'curl https://shop.example.com/'",
    },
    { title: 'In a script', command: '{bin} trace shop.example.com/cart --expect backend=cart/web:80' },
  ],
  questionFlags: ['expect', 'send'],
  passThrough: false,
} as const satisfies CommandSpec;
