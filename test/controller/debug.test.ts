import { request } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { Page } from '../../controller/debug/answer.ts';
import { indexPage } from '../../controller/debug/index-page.ts';
import { healthPage, readyPage } from '../../controller/debug/ready-page.ts';
import { routesPage } from '../../controller/debug/routes-page.ts';
import { startDebugServer, type DebugServer } from '../../controller/debug/server.ts';
import { snapshotPage } from '../../controller/debug/snapshot-page.ts';
import { streamsPage } from '../../controller/debug/streams-page.ts';
import { treePage } from '../../controller/debug/tree-page.ts';
import { unitsPage } from '../../controller/debug/units-page.ts';
import { createProgrammed } from '../../controller/programmed.ts';
import type { HostGraph, HostName } from '../../routing/graph/graph.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import { createSnapshot } from '../../xds/snapshot/snapshot.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { conforms } from './conforms.ts';
import { fakeCompiler, fakeWorld, resource } from './fakes.ts';

const servers: DebugServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(...pages: readonly Page[]): Promise<number> {
  const server = await startDebugServer({ address: '127.0.0.1', port: 0, pages });
  servers.push(server);
  return server.port;
}

async function get(port: number, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** fetch sets Host itself. */
async function status(
  port: number,
  options: { path?: string; method?: string; host?: string },
): Promise<number | undefined> {
  const { path = '/healthz', method = 'GET', host = 'localhost' } = options;
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { host } }).end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  response.resume();
  return response.statusCode;
}

const host = 'shop.example.com' as HostName;
const holder = { kind: 'HTTPProxy', namespace: 'shop', name: 'root' } as const;

function envoy(accepted: string | null, complete = true): EnvoyReport {
  const nack = { name: host, version: 'v1', message: 'no', at: 5 };
  const types: EnvoyReport['types'] = [
    {
      type: typeUrl.route,
      subscribed: '*',
      sent: 2,
      accepted: 1,
      pending: 1,
      overdue: 0,
      nacks: [nack],
      ackedAt: null,
    },
  ];
  return {
    node: 'one',
    cluster: 'dev',
    envoyVersion: '1.40.0',
    streams: 1,
    address: null,
    metadata: new Map(),
    dialect: 'ads-delta',
    complete,
    types,
    accepted: () => accepted,
  };
}

function served() {
  const world = fakeWorld({ upserts: [], removals: [] });
  const snapshot = createSnapshot();
  snapshot.apply({
    upserts: [resource(typeUrl.route, host, 'v1'), resource(typeUrl.scopedRoute, host, 'v1')],
    removals: [],
  });
  return { world, snapshot };
}

test.each([
  ['localhost', 200],
  ['LOCALHOST:6060', 200],
  ['127.0.0.1:6060', 200],
  ['[::1]:6060', 200],
  ['evil.example.com', 403],
  ['localhost.evil.example.com', 403],
  ['127.0.0.1.evil.example.com:6060', 403],
])('a request for host %s is answered %i', async (name, expected) => {
  const port = await serve(healthPage);
  expect(await status(port, { host: name })).toBe(expected);
});

test('where there is no page a list of pages is named only where there is one', async () => {
  const pages = [healthPage];
  const probes = await startDebugServer({ address: '127.0.0.1', port: 0, pages, isPublic: true });
  servers.push(probes);
  const message = async (port: number) => (await get(port, '/nowhere')).body['message'];
  expect(await message(probes.port)).toBe('there is no such page');
  expect(await message(await serve(...pages))).toBe('there is no such page; /debug/ lists them');
});

test('only reading is allowed, and no page may be read by other sites', async () => {
  const port = await serve(healthPage);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) expect(await status(port, { method })).toBe(405);
  expect(await status(port, { method: 'HEAD' })).toBe(200);
  const refused = await fetch(`http://127.0.0.1:${port}/healthz`, { method: 'POST' });
  expect(refused.headers.get('allow')).toBe('GET, HEAD');
  const response = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { origin: 'http://evil.example.com' } });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});

test('a page that does not exist is 404 in JSON', async () => {
  const port = await serve(healthPage, indexPage([healthPage]));
  for (const path of ['/', '/nope', '/debug/nope', '/healthzz', '/%'])
    expect(await get(port, path)).toMatchObject({ status: 404, body: { kind: 'Error' } });
  expect(await get(port, '/debug/')).toMatchObject({ status: 200, body: { items: [{ path: '/healthz' }] } });
});

test('readyz says what is missing', async () => {
  const checks = [
    { name: 'world', ok: true, missing: '' },
    { name: 'envoy', ok: false, missing: 'no Envoy has connected' },
  ];
  const port = await serve(readyPage(() => checks));
  const response = await fetch(`http://127.0.0.1:${port}/readyz?verbose`);
  expect([response.status, await response.text()]).toEqual([
    503,
    '[+] world\n[-] envoy: no Envoy has connected\nnot ready\n',
  ]);
  checks[1] = { name: 'envoy', ok: true, missing: '' };
  expect(await status(port, { path: '/readyz' })).toBe(200);
});

test('units are listed, and one explains itself', async () => {
  const port = await serve(unitsPage(fakeCompiler()));
  const list = await get(port, '/debug/units');
  conforms('units', list.body);
  expect(list.body['items']).toEqual([
    { kind: 'host', key: 'a.example.com' },
    { kind: 'host', key: 'b.example.com' },
  ]);
  const one = await get(port, '/debug/units/host/a.example.com');
  conforms('units', one.body);
  expect(one.body['items']).toEqual([{ kind: 'host', key: 'a.example.com', reads: ['HTTPProxy/shop/root'] }]);
  expect(await get(port, '/debug/units/host/nope')).toMatchObject({ status: 404 });
  expect(await get(port, '/debug/units/toString/nope')).toMatchObject({ status: 404 });
});

test('the snapshot lists resources, and decodes one', async () => {
  const port = await serve(
    snapshotPage({
      served: (dialect) => (dialect === 'ads-delta' ? served() : null),
      decode: ({ name }) => ({ name }),
    }),
  );
  const list = await get(port, '/debug/snapshot?type=route');
  conforms('snapshot', list.body);
  expect(list.body['items']).toEqual([{ type: typeUrl.route, name: host, version: 'v1', bytes: 3, host }]);
  const one = await get(port, `/debug/snapshot?type=ScopedRouteConfiguration&name=${host}`);
  conforms('snapshot', one.body);
  expect(one.body['items']).toMatchObject([{ type: typeUrl.scopedRoute, resource: { name: host } }]);
  for (const query of ['type=nope', 'type=route&name=nope', 'dialect=sotw', 'dialect=nope']) {
    expect(await get(port, `/debug/snapshot?${query}`)).toMatchObject({ status: 404 });
  }
});

test('streams name the host and the object of what was refused', async () => {
  const graph = { ...fakeCompiler().graph, hosts: new Map([[host, { host, holder } as unknown as HostGraph]]) };
  const port = await serve(
    streamsPage({ envoys: () => [envoy('v1')], hostOf: () => host, graph, head: () => ({}), onChange: () => () => {} }),
  );
  const { body } = await get(port, '/debug/streams');
  conforms('streams', body);
  expect(body['items']).toMatchObject([{ node: 'one', types: [{ nacks: [{ host, object: holder, message: 'no' }] }] }]);
});

test('a host is programmed on the Envoys that accepted its present versions', () => {
  const envoys = [envoy('v1'), envoy('v0'), envoy(null, false)];
  const programmed = createProgrammed({ envoys: () => envoys, served });
  const refused = { envoy: 'one', message: 'no' };
  expect(programmed(host)).toEqual({ envoys: 1, of: 2, missing: [refused] });
  const silent = { ...envoy('v0'), node: 'two', types: [] };
  expect(createProgrammed({ envoys: () => [silent], served })(host)).toEqual({
    envoys: 0,
    of: 1,
    missing: [{ envoy: 'two', message: null }],
  });
  expect(createProgrammed({ envoys: () => [], served })(host)).toEqual({ envoys: 0, of: 0 });
});

test('two large answers at once; the next is told to wait, and gets in once one has ended', async () => {
  function* large(): Generator<object> {
    for (let index = 0; index < 3000; index += 1) yield { text: 'x'.repeat(20_000) };
  }
  const page: Page = {
    path: '/large',
    help: '',
    answer: () => ({ type: 'report', head: { kind: 'Large' }, items: large() }),
  };
  const port = await serve(page, healthPage);
  const stalled = await Promise.all([stall(port), stall(port)]);
  expect(await status(port, { path: '/large' })).toBe(429);
  expect(await status(port, {})).toBe(200);
  stalled[0]?.destroy();
  await expect.poll(() => status(port, { path: '/large', method: 'HEAD' })).toBe(200);
  stalled[1]?.destroy();
});

/** A client that asks and stops reading after the first bytes. */
async function stall(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(socket, 'readable');
  return socket;
}

test('a large answer is one valid document', async () => {
  const items = Array.from({ length: 5000 }, (_, index) => ({ index, text: '"\n<'.repeat(20) }));
  const port = await serve({
    path: '/large',
    help: '',
    answer: () => ({ type: 'report', head: { kind: 'Large' }, items }),
  });
  expect(await get(port, '/large')).toEqual({ status: 200, body: { kind: 'Large', items } });
});

const emptyPorts = { locate: () => null, programmed: () => null };
const { graph: emptyGraph } = fakeCompiler();
type Watched = Pick<Parameters<typeof routesPage>[0], 'head' | 'onChange'>;

test.each([
  ['routes', 'RouteTable', (watched: Watched) => routesPage({ graph: emptyGraph, ports: emptyPorts, ...watched })],
  [
    'tree',
    'Tree',
    (watched: Watched) =>
      treePage({
        world: { graph: emptyGraph, locate: () => null, object: () => null, certificate: () => null },
        ...watched,
      }),
  ],
])('a watch of %s writes the report at once, then only when it differs', async (name, kind, pageOf) => {
  let fire = (): void => {};
  let version = 1;
  const page = pageOf({
    head: () => ({ source: { from: 'controller', version: String(version) }, faults: [] }),
    onChange: (listener) => {
      fire = listener;
      return () => {};
    },
  });
  const port = await serve(page);
  const sent = request({
    host: '127.0.0.1',
    port,
    path: `/debug/${name}?watch=1`,
    headers: { host: 'localhost' },
  }).end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  const lines = (await import('node:readline')).createInterface(response)[Symbol.asyncIterator]();
  const next = async (): Promise<{ source: { version: string } }> =>
    JSON.parse((await lines.next()).value as string) as { source: { version: string } };
  expect(await next()).toMatchObject({ kind, source: { version: '1' }, items: [] });
  fire();
  version = 2;
  fire();
  expect((await next()).source.version).toBe('2');
  sent.destroy();
});

test('a port that is taken is one clear line', async () => {
  const port = await serve(healthPage);
  await expect(startDebugServer({ address: '127.0.0.1', port, pages: [] })).rejects.toThrow(
    `port ${port} (debug) is already in use`,
  );
});

test('HEAD has no body', async () => {
  const port = await serve(unitsPage(fakeCompiler()));
  const sent = request({
    host: '127.0.0.1',
    port,
    path: '/debug/units',
    method: 'HEAD',
    headers: { host: 'localhost' },
  }).end();
  const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  expect(await text(response)).toBe('');
});
