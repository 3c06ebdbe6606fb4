import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a kind answers: its objects, a status, or nothing at all. */
export type Answer = readonly object[] | number | 'silence';

const kinds: ReadonlyMap<string, readonly [apiVersion: string, kind: string]> = new Map([
  ['/apis/projectcontour.io/v1/httpproxies', ['projectcontour.io/v1', 'HTTPProxy']],
  ['/apis/projectcontour.io/v1/tlscertificatedelegations', ['projectcontour.io/v1', 'TLSCertificateDelegation']],
  ['/apis/networking.k8s.io/v1/ingresses', ['networking.k8s.io/v1', 'Ingress']],
  ['/api/v1/services', ['v1', 'Service']],
  ['/apis/discovery.k8s.io/v1/endpointslices', ['discovery.k8s.io/v1', 'EndpointSlice']],
  ['/api/v1/secrets', ['meta.k8s.io/v1', 'PartialObjectMetadata']],
]);

/** Answers are by kind, or by kind and namespace: `Service in shop`. An API server of lists, of watches in which nothing happens but what `say` says, and of Secrets by name. */
export async function fakeCluster(
  answers: Readonly<Record<string, Answer>>,
  secrets: ReadonlyMap<string, object> = new Map(),
) {
  const requests: string[] = [];
  const watches = new Map<string, ServerResponse>();
  const current = new Map(Object.entries(answers));
  const json = (response: ServerResponse, status: number, body: object): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const refuse = (response: ServerResponse, code: number): void =>
    json(response, code, { kind: 'Status', code, message: `answered ${code}` });

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    requests.push(request.url ?? '');
    const secret = /^\/api\/v1\/namespaces\/([^/]+)\/secrets\/([^/]+)$/.exec(pathname);
    if (secret !== null) {
      const found = secrets.get(`${secret[1]}/${secret[2]}`);
      if (found === undefined) refuse(response, 404);
      else json(response, 200, found);
      return;
    }
    const path = pathname.replace(/\/namespaces\/[^/]+/, '');
    const [, namespace = ''] = /\/namespaces\/([^/]+)/.exec(pathname) ?? [];
    const [apiVersion, kind] = kinds.get(path) ?? [];
    const answer = current.get(`${kind} in ${namespace}`) ?? current.get(kind ?? '') ?? [];
    if (answer === 'silence') return;
    if (typeof answer === 'number') refuse(response, answer);
    else if (searchParams.has('watch')) {
      watches.set(
        kind ?? '',
        response.once('close', () => watches.delete(kind ?? '')),
      );
      response.writeHead(200).flushHeaders();
    } else json(response, 200, { apiVersion, kind: `${kind}List`, metadata: { resourceVersion: '10' }, items: answer });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Paths with their queries, in order. */
    requests: requests as readonly string[],
    /** Whether the kind is being watched. */
    watched: (kind: string) => watches.has(kind),
    answer: (kind: string, answer: Answer) => void current.set(kind, answer),
    say: (kind: string, type: string, object: object) =>
      void watches.get(kind)?.write(`${JSON.stringify({ type, object })}\n`),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
