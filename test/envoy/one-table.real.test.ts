import { type ClientHttp2Session, connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseHost } from '../../routing/match/host.ts';
import { freePorts } from '../support/free-ports.ts';
import { ingress, proxy } from './manifests.ts';
import { startOneTable } from './one-table.ts';
import { askOn, askRaw, askText, type RawAnswer } from './raw-request.ts';
import { type Proxy, startWhole, type Whole } from './whole.ts';

const declared = [
  'exact.example.com',
  '*.wild.example.com',
  '*.deep.wild.example.com',
  'exact.wild.example.com',
  '*.a.b.example.com',
  'x-y.example.com',
  'single',
];

/** One Service a host, named after it, so that the answer tells which host was chosen. */
const serviceOf = (host: string) => host.replace('*', 'any').replaceAll('.', '-');

const sockets = { prefix: '/ws', websockets: true };

let whole: Whole;
let stopTable: () => Promise<void>;
let scoped: Proxy;
let tablePort: number;
/** By port. */
let sessions: ReadonlyMap<number, ClientHttp2Session>;

async function open(withCatchAll: boolean): Promise<void> {
  whole = await startWhole();
  const backends = await Promise.all([...declared, 'everything'].map((host) => whole.backend(serviceOf(host))));
  const proxies = declared.map((host) => {
    const service = serviceOf(host);
    return proxy(host, service, {
      routes: [
        { prefix: '/in', service },
        { ...sockets, service },
      ],
    });
  });
  await whole.apply(...backends.flatMap(({ objects }) => objects), ...proxies);
  if (withCatchAll) await whole.apply(ingress('everything', null, '/in', 'everything'));
  [tablePort] = (await freePorts(1)) as [number];
  stopTable = await startOneTable(tablePort, whole.loop.graph);
  scoped = await whole.envoy();
  await whole.live();
  const ports = [scoped.httpPort, tablePort];
  sessions = new Map(ports.map((port) => [port, connect(`http://127.0.0.1:${port}`)]));
}

async function close(): Promise<void> {
  for (const session of sessions.values()) session.destroy();
  await stopTable();
  await whole.close();
}

/** What a client, and what a backend got to see; less what differs from request to request. */
function seen({ status, body }: RawAnswer) {
  if (status !== 200) return { status, body };
  const { service, host, path, headers } = JSON.parse(body) as Record<string, unknown>;
  return { status, service, host, path, headers: headerNames(headers as object) };
}

const headerNames = (headers: object) =>
  Object.keys(headers)
    .filter((name) => name !== 'x-request-start')
    .sort();

type Seen = ReturnType<typeof seen>;

const http2Of = (port: number) => sessions.get(port) as ClientHttp2Session;

type Send = (port: number) => Promise<RawAnswer>;

async function both(send: Send): Promise<readonly [Seen, Seen]> {
  const [here, there] = await Promise.all([send(scoped.httpPort), send(tablePort)]);
  return [seen(here), seen(there)];
}

/** The fallback cannot tell a route without upgrades from no route at all: an upgrade to nothing is refused, too. */
function expectSame(host: string, here: Seen, there: Seen, isUpgrade: boolean): void {
  if (isUpgrade && there.status === 404 && here.status === 403) return;
  expect(here, JSON.stringify(host)).toEqual(there);
}

const labels = ['a', 'B', 'exact', 'EXACT', 'wild', 'Wild', 'deep', 'x-y', '*', '-', 'é', '_'];
const parents = ['example.com', 'wild.example.com', 'deep.wild.example.com', 'b.example.com', 'Example.COM', 'single'];
const ends = ['', ':80', ':8080', '.', '.:80', ':', ':x', ':80:90'];

const odd = '[::1] [2001:DB8::1.2.3.4] 127.0.0.1 * *. . .. localhost LOCALHOST a,b %2a a/b a@b'.split(' ');

/** Every host that is worth asking for, and then some. */
const names: readonly string[] = [
  ...declared,
  ...declared.map((host) => host.toUpperCase()),
  ...parents,
  ...labels.flatMap((label) => parents.map((parent) => `${label}.${parent}`)),
  ...parents.flatMap((parent) => [`a.b.${parent}`, `A.b.c.${parent}`, `.${parent}`, `a..${parent}`]),
  ...odd,
];

/** Everything once as it is, and each with some end. */
const hosts = names.flatMap((name, index) => [name, `${name}${ends[index % ends.length]}`]);

const upgrade = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** Below a wildcard by something else than one label: there the two differ on purpose. */
function isDeepBelowWildcard(host: string): boolean {
  const name = host.toLowerCase().replace(/:.*$/, '');
  const above = declared.filter((other) => other.startsWith('*.') && name.endsWith(other.slice(1)));
  const [nearest] = above.toSorted((one, other) => other.length - one.length);
  const below = nearest === undefined ? 'nowhere' : name.slice(0, 1 - nearest.length);
  return below === '' || below === '*' || below.includes('.');
}

const variants: readonly (readonly [string, (host: string) => Send])[] = [
  ['HTTP/1.1', (host) => (port) => askRaw({ port, host, path: '/in/x?y=1' })],
  ['a path that is not served', (host) => (port) => askRaw({ port, host, path: '/out' })],
  [
    'a scope of the client',
    (host) => (port) => askRaw({ port, host, path: '/in', headers: { 'x-contour-scope': '*' } }),
  ],
  ['a WebSocket', (host) => (port) => askRaw({ port, host, path: '/ws', headers: upgrade })],
  ['a WebSocket where none is enabled', (host) => (port) => askRaw({ port, host, path: '/in', headers: upgrade })],
  ['an absolute URL', (host) => (port) => askText(port, `GET http://${host}/in HTTP/1.1\r\nhost: single\r\n\r\n`)],
  ['HTTP/1.0', (host) => (port) => askText(port, `GET /in HTTP/1.0\r\nhost: ${host}\r\n\r\n`)],
];

/** All at once. Envoy ends a whole connection over a host that no header may hold. */
function overHttp2(): Promise<readonly (readonly [string, Seen, Seen])[]> {
  const legal = hosts.filter((host) => /^[!-~]+$/.test(host));
  return Promise.all(
    legal.map(async (host) => {
      const [here, there] = await both((port) => askOn(http2Of(port), { host, path: '/in' }));
      return [host, here, there] as const;
    }),
  );
}

describe('without a host for every other name', () => {
  beforeAll(() => open(false));
  afterAll(close);

  it.each(variants)('%s is answered as from one table of virtual hosts, whatever the host', async (name, send) => {
    for (const host of hosts) {
      const [here, there] = await both(send(host));
      expectSame(host, here, there, name.startsWith('a WebSocket'));
    }
  });

  it('so is HTTP/2', async () => {
    for (const [host, here, there] of await overHttp2()) expectSame(host, here, there, false);
  });

  it.each([
    ['no host', 'GET /in HTTP/1.1\r\n\r\n'],
    ['an empty host', 'GET /in HTTP/1.1\r\nhost: \r\n\r\n'],
    ['no host in HTTP/1.0', 'GET /in HTTP/1.0\r\n\r\n'],
    ['no host but a scope', 'GET /in HTTP/1.0\r\nx-contour-scope: exact.example.com\r\n\r\n'],
    ['two hosts', 'GET /in HTTP/1.1\r\nhost: exact.example.com\r\nhost: single\r\n\r\n'],
    ['two scopes', 'GET /in HTTP/1.1\r\nhost: single\r\nx-contour-scope: a\r\nx-contour-scope: *\r\n\r\n'],
    ['CONNECT', 'CONNECT exact.example.com:80 HTTP/1.1\r\nhost: exact.example.com:80\r\n\r\n'],
  ])('%s is answered as from one table', async (_name, request) => {
    const [here, there] = await both((port) => askText(port, request));
    expect(here).toEqual(there);
  });
});

describe('beside a host for every other name', () => {
  beforeAll(() => open(true));
  afterAll(close);

  it.each(variants)('%s differs only more than one label below a wildcard', async (name, send) => {
    for (const host of hosts) {
      if (isDeepBelowWildcard(host)) continue;
      const [here, there] = await both(send(host));
      expectSame(host, here, there, name.startsWith('a WebSocket'));
    }
  });

  it('HTTP/2 does likewise', async () => {
    for (const [host, here, there] of await overHttp2()) {
      if (!isDeepBelowWildcard(host)) expectSame(host, here, there, false);
    }
  });

  it('more than one label below a wildcard, the host for every other name answers', async () => {
    for (const host of ['a.b.wild.example.com', 'A.b.deep.wild.example.com:80']) {
      const [here, there] = await both((port) => askRaw({ port, host, path: '/in' }));
      expect(here).toMatchObject({ status: 200, service: 'everything', host });
      expect(there).toMatchObject({ status: 404 });
    }
  });

  it('answers by the host that the plugin says', async () => {
    const names = new Set([...declared, '*']);
    for (const host of hosts.filter((name) => /^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*(:\d+)?$/i.test(name))) {
      const chosen = chooseHost(names, host);
      const { status, body } = await askRaw({ port: scoped.httpPort, host, path: '/in' });
      expect(status, host).toBe(200);
      const service = chosen === '*' ? 'everything' : serviceOf(chosen ?? '');
      expect((JSON.parse(body) as { service: string }).service, host).toBe(service);
    }
  });
});
