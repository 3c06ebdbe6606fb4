import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../routing/graph/graph.ts';
import { emitCluster } from '../../xds/envoy/cluster.ts';
import { emitEndpoints } from '../../xds/envoy/endpoints.ts';
import { Cluster } from '../../xds/proto/generated/envoy/config/cluster/v3/cluster.ts';
import { ClusterLoadAssignment } from '../../xds/proto/generated/envoy/config/endpoint/v3/endpoint.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { freePorts } from '../support/free-ports.ts';
import { endpointsKey, forward, prefix, route, saying, service } from '../support/graphs.ts';
import { askHttp2, askRaw, type RawAnswer } from './raw-request.ts';
import { clusterName, plainListener } from './plain-listener.ts';
import { createFiles, type Files, startStaticEnvoy } from './static-envoy.ts';

const echo = service('echo');
const says = (name: string) => [route(prefix('/in'), saying(name))];
const sockets = (): readonly Route[] => [
  route(prefix('/ws'), { ...forward(echo), websockets: true }),
  route(prefix('/in'), forward(echo)),
];

const hosts = new Map<string, readonly Route[]>([
  ['exact.example.com', says('exact')],
  ['*.wild.example.com', says('wildcard')],
  ['*.deep.wild.example.com', says('deeper wildcard')],
  ['exact.wild.example.com', says('exact below a wildcard')],
  ['echo.example.com', sockets()],
  ['*.echo.example.com', sockets()],
]);

let backend: Server;
let files: Files;
let stopEnvoy: () => Promise<void>;
/** Listeners without and with a host for every other name. */
let port: number;
let catchAllPort: number;

beforeAll(async () => {
  backend = await startBackend();
  files = await createFiles();
  [port, catchAllPort] = (await freePorts(2)) as [number, number];
  const ready = [{ address: '127.0.0.1', port: (backend.address() as AddressInfo).port }];
  const cluster = emitCluster(clusterName(echo), echo, files.source(typeUrl.endpoints));
  await files.write(typeUrl.endpoints, [
    ClusterLoadAssignment.encode(emitEndpoints(endpointsKey('shop/echo'), ready)).finish(),
  ]);
  await files.write(typeUrl.cluster, [Cluster.encode(cluster).finish()]);
  await files.write(typeUrl.listener, [
    plainListener(files, port, hosts),
    plainListener(files, catchAllPort, new Map([...hosts, ['*', says('every other host')]])),
  ]);
  stopEnvoy = await startStaticEnvoy(files, catchAllPort);
});

afterAll(async () => {
  await stopEnvoy();
  await files.close();
  backend.close();
});

/** Answers with the headers it got, and accepts every upgrade. */
async function startBackend(): Promise<Server> {
  const server = createServer((request, response) => response.end(JSON.stringify(request.headers)));
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const upgrade = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAA',
};
const missing: RawAnswer = { status: 404, body: '' };
const said = (body: string): RawAnswer => ({ status: 200, body });

/** Host as a client writes it, and who answers: null where nobody does. */
const table: readonly (readonly [string, string | null])[] = [
  ['exact.example.com', 'exact'],
  ['exact.example.com:8080', 'exact'],
  ['EXACT.example.com', 'exact'],
  ['Exact.Example.Com:8080', 'exact'],
  ['a.wild.example.com', 'wildcard'],
  ['a.wild.example.com:8080', 'wildcard'],
  ['A.Wild.example.com', 'wildcard'],
  ['A.wild.EXAMPLE.com:80', 'wildcard'],
  ['exact.wild.example.com', 'exact below a wildcard'],
  ['EXACT.wild.example.com', 'exact below a wildcard'],
  ['a.deep.wild.example.com', 'deeper wildcard'],
  ['a.DEEP.wild.example.com:1', 'deeper wildcard'],
  ['wild.example.com', null],
  ['a.b.wild.example.com', null],
  ['a.b.deep.wild.example.com', null],
  ['unknown.example.com', null],
  ['localhost', null],
  ['exact.example.com.', null],
  ['[::1]', null],
  ['[::1]:8080', null],
  ['[2001:DB8::1.2.3.4]:8080', null],
];

describe.each([
  ['HTTP/1.1', askRaw],
  ['HTTP/2', askHttp2],
])('over %s', (_protocol, ask) => {
  it.each(table)('%s is answered by %s', async (host, answerer) => {
    expect(await ask({ port, host, path: '/in' })).toEqual(answerer === null ? missing : said(answerer));
  });

  it.each(table)('beside a host for every other name, %s is answered by %s', async (host, answerer) => {
    expect(await ask({ port: catchAllPort, host, path: '/in' })).toEqual(said(answerer ?? 'every other host'));
  });

  it.each([
    'exact.example.com',
    'EXACT.example.com',
    'a.wild.example.com',
    'exact.wild.example.com',
    'EXACT.wild.example.com',
    'a.deep.wild.example.com',
  ])('a path that %s does not serve is looked up nowhere else', async (host) => {
    expect(await ask({ port: catchAllPort, host, path: '/out' })).toEqual(missing);
  });

  it.each([
    ['unknown.example.com', 'exact.example.com', 'every other host'],
    ['exact.example.com', '*', 'exact'],
    ['exact.wild.example.com', '*.wild.example.com', 'exact below a wildcard'],
    ['EXACT.wild.example.com', '*.wild.example.com', 'exact below a wildcard'],
  ])('a client of %s cannot choose the scope %s', async (host, scope, answerer) => {
    const headers = { 'x-contour-scope': scope };
    expect(await ask({ port: catchAllPort, host, path: '/in', headers })).toEqual(said(answerer));
  });

  it.each(['echo.example.com', 'ECHO.example.com', 'a.echo.example.com:8080'])(
    'the backend of %s sees the host as written, and no header of ours',
    async (host) => {
      const { status, body } = await ask({ port, host, path: '/in', headers: { 'x-contour-scope': 'spoofed' } });
      expect(status).toBe(200);
      const seen = new Map<string, unknown>(Object.entries(JSON.parse(body) as object));
      expect(seen.get('host')).toBe(host);
      expect(seen.get('x-request-start')).toMatch(/^t=\d+\.\d{3}$/);
      expect(seen.has('x-contour-scope')).toBe(false);
    },
  );
});

describe('a WebSocket', () => {
  it.each(['echo.example.com', 'ECHO.example.com', 'a.echo.example.com'])('is let through to %s', async (host) => {
    expect(await askRaw({ port, host, path: '/ws', headers: upgrade })).toMatchObject({ status: 101 });
  });

  it.each(['echo.example.com', 'ECHO.example.com', 'a.echo.example.com'])(
    'is refused where a route of %s does not enable it',
    async (host) => {
      expect(await askRaw({ port, host, path: '/in', headers: upgrade })).toMatchObject({ status: 403 });
    },
  );

  it.each(['exact.example.com', 'EXACT.example.com', 'a.wild.example.com'])(
    'is answered where %s answers by itself',
    async (host) => {
      expect(await askRaw({ port, host, path: '/in', headers: upgrade })).toMatchObject({ status: 200 });
    },
  );
});
