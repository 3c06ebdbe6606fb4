import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import {
  forward,
  hostGraph,
  endpointsKey,
  type Parts,
  prefix,
  route,
  saying,
  secureHost,
  service,
} from '../support/graphs.ts';
import { startLiveEnvoy, type LiveEnvoy } from './live-envoy.ts';
import { everyMatch, matchTable } from './matches.ts';
import { askRaw } from './raw-request.ts';
import { askTls, askTlsHttp2, shakeHands } from './tls-request.ts';

const upgrade = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAA',
};

function secretOf(name: string) {
  const { certificate, key } = selfSigned(`${name}.test`);
  return { key: `shop/${name}`, certificateChain: certificate, privateKey: { reveal: () => key } };
}

const secrets = [secretOf('exact'), secretOf('wild')];

function world(backendPort: number): Parts {
  const backend = service('backend');
  const secureRoutes = [
    route(prefix('/ws'), { ...forward(backend), websockets: true }),
    route(prefix('/backend'), forward(backend)),
    route(prefix('/'), saying('exact')),
  ];
  const others = [service('none'), service('h2', 'h2'), service('h2c', 'h2c'), service('tls', 'tls')];
  const mirror = { target: backend, percent: 100, source: route(prefix('/'), saying('')).source };
  const key = endpointsKey('shop/backend');
  return {
    hosts: [
      hostGraph('match.example.com', everyMatch),
      hostGraph('actions.example.com', [
        route(prefix('/mirrored'), { ...forward(backend), mirror }),
        route(prefix('/weighted'), forward(...others)),
        route(prefix('/redirect'), { type: 'Redirect', scheme: 'https', status: 301 }),
        route(prefix('/error'), { type: 'Error', status: 502, reason: 'ServiceUnresolvedReference' }),
        route(prefix('/long'), saying('é'.repeat(5000))),
        route(prefix('/none'), forward(service('none'))),
      ]),
      hostGraph('exact.test', [], secureHost('exact', secureRoutes)),
      hostGraph('*.wild.test', [], secureHost('wild', [route(prefix('/'), saying('wildcard'))])),
      hostGraph('exact.wild.test', [], secureHost('wild', [route(prefix('/'), saying('exact below'))], '1.3')),
      hostGraph('*', [route(prefix('/'), saying('every other host'))]),
    ],
    endpoints: [{ key, ready: [{ address: '127.0.0.1', port: backendPort }], total: 1, known: true }],
    secrets,
  };
}

/** Throws while one of the listeners, or the routes behind it, are not there yet. */
async function served({ http, https }: LiveEnvoy): Promise<void> {
  await askTls({ port: https, serverName: 'exact.test', host: 'exact.test' });
  const { status } = await askRaw({ port: http, host: 'match.example.com', path: '/exact' });
  if (status !== 200) throw new Error(`plain HTTP answers ${status}`);
}

let backend: Server;

beforeAll(async () => {
  backend = createServer((_request, response) => response.end('backend'));
  backend.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
});

afterAll(() => backend.close());

describe.each(['ads-delta', 'ads-sotw', 'delta', 'sotw'] as const)('an Envoy that speaks %s', (dialect) => {
  let envoy: LiveEnvoy;
  const ask = (host: string, path: string, headers = {}) => askRaw({ port: envoy.http, host, path, headers });

  beforeAll(async () => {
    envoy = await startLiveEnvoy(dialect);
    envoy.serve(world((backend.address() as AddressInfo).port));
    await eventually(() => served(envoy));
  });

  afterAll(() => envoy.stop());

  it('refuses nothing', async () => {
    await eventually(() => expect(envoy.report()).toMatchObject({ dialect, complete: true }));
    expect(envoy.report().types.flatMap(({ nacks }) => nacks)).toEqual([]);
  });

  it.each(matchTable)('answers %s with x-a %s by: %s', async (path, value, answer) => {
    const headers = value === null ? {} : { 'x-a': value };
    expect(await ask('match.example.com', path, headers)).toEqual({ status: 200, body: answer });
  });

  it.each([
    ['/mirrored', 200],
    ['/redirect', 301],
    ['/error', 502],
    ['/long', 200],
    ['/none', 503],
    ['/nothing', 404],
  ])('acts on %s with %i', async (path, status) => {
    expect(await ask('actions.example.com', path)).toMatchObject({ status });
  });

  it.each(['unknown.example.com', 'UNKNOWN', '[::1]:80'])('has an answer for %s', async (host) => {
    expect(await ask(host, '/')).toEqual({ status: 200, body: 'every other host' });
  });

  it.each([
    ['exact.test', 'exact.test', 200, 'exact'],
    ['exact.test', 'EXACT.test:8443', 200, 'exact'],
    ['exact.test', 'a.wild.test', 421, ''],
    ['a.wild.test', 'a.wild.test', 200, 'wildcard'],
    ['a.wild.test', 'A.Wild.test:8443', 200, 'wildcard'],
    ['a.wild.test', 'b.wild.test', 421, ''],
    ['a.wild.test', 'exact.wild.test', 421, ''],
    ['a.wild.test', 'exact.test', 421, ''],
    ['exact.wild.test', 'exact.wild.test', 200, 'exact below'],
    ['exact.wild.test', 'a.wild.test', 421, ''],
    ['a.b.wild.test', 'a.b.wild.test', 404, ''],
  ])('having shaken hands for %s answers %s with %i %s', async (serverName, host, status, body) => {
    expect(await askTls({ port: envoy.https, serverName, host })).toEqual({ status, body });
    expect(await askTlsHttp2(envoy.https, serverName, host)).toEqual({ status, body });
  });

  it.each(['', 'unknown.test', 'wild.test'])('shakes no hands for "%s"', async (serverName) => {
    await expect(shakeHands(envoy.https, serverName)).rejects.toThrow(/ECONNRESET|disconnected/);
  });

  it('has the certificate and the versions of the host', async () => {
    const older = { maxVersion: 'TLSv1.2' } as const;
    expect(await shakeHands(envoy.https, 'exact.test', older)).toEqual({
      protocol: 'TLSv1.2',
      commonName: 'exact.test',
    });
    expect(await shakeHands(envoy.https, 'a.wild.test')).toEqual({ protocol: 'TLSv1.3', commonName: 'wild.test' });
    await expect(shakeHands(envoy.https, 'exact.wild.test', older)).rejects.toThrow(/protocol version/);
  });

  it('lets WebSockets through where they are enabled', async () => {
    const request = { port: envoy.https, serverName: 'exact.test', host: 'exact.test', headers: upgrade };
    expect(await askTls({ ...request, path: '/ws' })).toMatchObject({ status: 101 });
    expect(await askTls({ ...request, path: '/backend' })).toMatchObject({ status: 403 });
  });
});
