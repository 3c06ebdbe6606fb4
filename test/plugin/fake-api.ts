import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What one request asked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** As they came, because repeated ones are joined above. */
  readonly rawHeaders: readonly string[];
}

export type Answer = (response: ServerResponse, asked: Asked) => void;

/** An API server as small as the plugin's questions: lists by path, and whatever a test puts in their place. */
export interface FakeApi {
  readonly url: string;
  readonly asked: Asked[];
  /** The items of a list, by its path. */
  readonly lists: Map<string, readonly object[]>;
  /** Instead of a list, by path. */
  readonly answers: Map<string, Answer>;
  close(): Promise<void>;
}

const kinds: readonly (readonly [path: string, apiVersion: string, kind: string])[] = [
  ['/api/v1/pods', 'v1', 'Pod'],
  ['/api/v1/services', 'v1', 'Service'],
  ['/apis/networking.k8s.io/v1/ingresses', 'networking.k8s.io/v1', 'Ingress'],
  ['/apis/discovery.k8s.io/v1/endpointslices', 'discovery.k8s.io/v1', 'EndpointSlice'],
  ['/apis/projectcontour.io/v1/httpproxies', 'projectcontour.io/v1', 'HTTPProxy'],
  ['/apis/projectcontour.io/v1/tlscertificatedelegations', 'projectcontour.io/v1', 'TLSCertificateDelegation'],
];

export async function fakeApi(): Promise<FakeApi> {
  const asked: Asked[] = [];
  const lists = new Map<string, readonly object[]>();
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://server');
    const { method = '', headers, rawHeaders } = request;
    const each = { method, path, query, headers, rawHeaders };
    asked.push(each);
    const answer = answers.get(path) ?? answers.get('*');
    if (answer === undefined) list(response, each, lists);
    else answer(response, each);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    lists,
    answers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function list(response: ServerResponse, { path, headers }: Asked, lists: FakeApi['lists']): void {
  const known = kinds.find(([at]) => at === path);
  if (known === undefined) return sendStatus(response, 404, 'NotFound', `the server could not find ${path}`);
  const [, apiVersion, kind] = known;
  const body = { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '1' }, items: lists.get(path) ?? [] };
  const text = Buffer.from(JSON.stringify(body));
  const isCompressed = headers['accept-encoding'] === 'gzip';
  const encoding = isCompressed ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { 'content-type': 'application/json', ...encoding });
  response.end(isCompressed ? gzipSync(text) : text);
}

export function sendStatus(response: ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }));
}

export function proxy(namespace: string, name: string, host: string): object {
  return {
    metadata: { namespace, name, resourceVersion: '1' },
    spec: { virtualhost: { fqdn: host }, routes: [{ services: [{ name: 'web', port: 80 }] }] },
  };
}

/** A kubeconfig with one context, `one`. */
export function kubeconfig(server: string, user: object = {}, namespace?: string): string {
  return JSON.stringify({
    clusters: [{ name: 'one', cluster: { server } }],
    users: [{ name: 'one', user }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one', ...(namespace ? { namespace } : {}) } }],
    'current-context': 'one',
  });
}
