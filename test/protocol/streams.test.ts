import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from 'vitest';
import { createXdsServer, type XdsServer, type XdsServerOptions } from '../../xds/serve/server.ts';
import { typeUrl, type Dialect } from '../../xds/snapshot/resource.ts';
import { connect } from './grpc-client.ts';
import { cluster, endpoints, listener, numbered, scope, smallWorld, upsert } from './resources.ts';

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const serve = async (options: Partial<XdsServerOptions> = {}) => {
  const server = createXdsServer({ tls: null, ...options });
  closers.push(() => server.close());
  const address = await server.listen('127.0.0.1:0');
  const client = connect(address);
  closers.push(() => client.close());
  return { server, address, client };
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What buffers hold once everything that can go has gone. */
const heldBytes = (): number => {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
};

const node = {
  id: 'envoy-1',
  cluster: 'edge',
  userAgentVersionType: {
    $case: 'userAgentBuildVersion' as const,
    value: { version: { majorNumber: 1, minorNumber: 40, patch: 2 } },
  },
};

/** Resolves when the report of the server says so; bounded by the test's own time. */
const until = async (server: XdsServer, holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise<void>((resolve) => server.onProgress(resolve));
};

const names = (response: { resources?: readonly { name?: string | undefined }[] | undefined }) =>
  (response.resources ?? []).map(({ name }) => name);

describe('over gRPC', () => {
  test('4: only the first message of a stream has to say who asks', async () => {
    const { server, client } = await serve();
    server.publish('ads-delta', upsert(...smallWorld));
    const stream = client.delta();
    stream.send({ node, typeUrl: typeUrl.cluster });
    const clusters = await stream.next();
    stream.send({ typeUrl: typeUrl.cluster, responseNonce: clusters.nonce });
    stream.send({ typeUrl: typeUrl.listener });
    expect(names(await stream.next())).toEqual(['http']);
    expect(server.envoys()).toMatchObject([
      { node: 'envoy-1', cluster: 'edge', envoyVersion: '1.40.2', streams: 1, dialect: 'ads-delta', complete: false },
    ]);
    const anonymous = client.delta();
    anonymous.send({ typeUrl: typeUrl.cluster });
    expect((await anonymous.status).code).toBe(status.INVALID_ARGUMENT);
  });

  test('what an Envoy says of itself under our keys is reported, as its newest stream says it', async () => {
    const { server, client } = await serve();
    server.publish('ads-delta', upsert(...smallWorld));
    const first = client.delta();
    const told = { 'kubectl-contour.io/pod-ip': '10.0.0.1', 'kubectl-contour.io/count': 5, other: 'text' };
    first.send({ node: { ...node, metadata: told }, typeUrl: typeUrl.cluster });
    await first.next();
    expect(server.envoys()[0]?.metadata).toEqual(new Map([['kubectl-contour.io/pod-ip', '10.0.0.1']]));
    first.call.end();
    await until(server, () => server.envoys().length === 0);
    const second = client.delta();
    const moved = { 'kubectl-contour.io/pod-ip': '10.0.0.2', 'kubectl-contour.io/long': 'x'.repeat(300) };
    second.send({ node: { ...node, metadata: moved }, typeUrl: typeUrl.cluster });
    await second.next();
    expect(server.envoys().map(({ metadata }) => metadata)).toEqual([
      new Map([['kubectl-contour.io/pod-ip', '10.0.0.2']]),
    ]);
  });

  test('one delta stream: a whole world, acknowledged, reported', async () => {
    const { server, client } = await serve();
    server.publish('ads-delta', upsert(...smallWorld));
    const stream = client.delta();
    const ask = (type: string, subscribe: string[] = []) =>
      stream.send({ node, typeUrl: type, resourceNamesSubscribe: subscribe });
    ask(typeUrl.cluster);
    ask(typeUrl.endpoints, ['blog']);
    ask(typeUrl.listener);
    const seen: unknown[] = [];
    for (const follow of [null, null, typeUrl.scopedRoute, null]) {
      const { typeUrl: type = '', nonce = '', resources = [] } = await stream.next();
      seen.push([type, ...resources.map(({ name, version }) => `${name}@${version}`)]);
      expect(resources.map(({ resource }) => resource?.typeUrl)).toEqual([type]);
      if (follow !== null) ask(follow);
      stream.send({ typeUrl: type, responseNonce: nonce });
    }
    expect(seen).toEqual([
      [typeUrl.cluster, 'blog@v1'],
      [typeUrl.endpoints, 'blog@v1'],
      [typeUrl.listener, 'http@v1'],
      [typeUrl.scopedRoute, 'blog.example.com@v1:blog'],
    ]);
    await until(server, () => server.envoys()[0]?.complete === true);
    const [report] = server.envoys();
    expect(report?.accepted(typeUrl.scopedRoute, 'blog.example.com')).toBe('v1:blog');
    expect(report?.accepted(typeUrl.scopedRoute, 'nowhere')).toBeNull();
    expect(report?.types.map(({ type, sent, accepted, pending }) => [type, sent, accepted, pending])).toEqual(
      [typeUrl.cluster, typeUrl.endpoints, typeUrl.listener, typeUrl.scopedRoute].map((type) => [type, 1, 1, 0]),
    );
  });

  test('the bytes of a resource arrive as they were handed in', async () => {
    const { server, client } = await serve();
    const large = { ...cluster('large'), bytes: Uint8Array.from({ length: 300_000 }, (_, index) => index % 251) };
    server.publish('ads-delta', upsert(large));
    server.publish('ads-sotw', upsert(large));
    const delta = client.delta();
    delta.send({ node, typeUrl: typeUrl.cluster });
    const [one] = (await delta.next()).resources ?? [];
    expect(Buffer.compare(one?.resource?.value ?? new Uint8Array(), large.bytes)).toBe(0);
    const sotw = client.sotw();
    sotw.send({ node, typeUrl: typeUrl.cluster });
    const [any] = (await sotw.next()).resources ?? [];
    expect(any?.typeUrl).toBe(typeUrl.cluster);
    expect(Buffer.compare(any?.value ?? new Uint8Array(), large.bytes)).toBe(0);
  });

  test('delta removals arrive by name', async () => {
    const { server, client } = await serve();
    server.publish('ads-delta', upsert(listener('http')));
    const stream = client.delta();
    stream.send({ node, typeUrl: typeUrl.endpoints, resourceNamesSubscribe: ['nowhere'] });
    expect(await stream.next()).toMatchObject({ typeUrl: typeUrl.endpoints, removedResources: ['nowhere'] });
  });

  test('one state-of-the-world stream', async () => {
    const { server, client } = await serve();
    server.publish('ads-sotw', upsert(...smallWorld));
    const stream = client.sotw();
    stream.send({ node, typeUrl: typeUrl.cluster });
    const first = await stream.next();
    expect(first.resources).toHaveLength(1);
    stream.send({ typeUrl: typeUrl.cluster, responseNonce: first.nonce ?? '', versionInfo: first.versionInfo ?? '' });
    server.publish('ads-sotw', upsert(cluster('shop')));
    const second = await stream.next();
    expect(second.resources).toHaveLength(2);
    expect(second.versionInfo).not.toBe(first.versionInfo);
    const errorDetail = { code: 3, message: 'bad key -----BEGIN PRIVATE KEY----- abc' };
    stream.send({ typeUrl: typeUrl.cluster, responseNonce: second.nonce ?? '', errorDetail });
    await until(server, () => server.envoys()[0]?.types[0]?.nacks.length === 1);
    expect(server.envoys()[0]?.types[0]?.nacks).toMatchObject([
      { name: 'shop', version: 'v1', message: 'bad key [redacted]' },
    ]);
  });

  test('a stream per type: the route waits for a cluster and its endpoints, each on a stream of its own', async () => {
    const { server, client } = await serve();
    server.publish('delta', upsert(...smallWorld));
    const clusters = client.delta('/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters');
    const routes = client.delta('/envoy.service.route.v3.ScopedRoutesDiscoveryService/DeltaScopedRoutes');
    clusters.send({ node });
    const response = await clusters.next();
    expect(names(response)).toEqual(['blog']);
    routes.send({ node });
    await until(server, () => server.envoys()[0]?.types[1]?.pending === 1);
    expect(routes.waiting()).toBe(0);
    // Envoy acknowledges a cluster that still warms, where nothing but clusters is on that stream.
    clusters.send({ responseNonce: response.nonce ?? '' });
    const endpoints = client.delta('/envoy.service.endpoint.v3.EndpointDiscoveryService/DeltaEndpoints');
    endpoints.send({ node, resourceNamesSubscribe: ['blog'] });
    const { nonce = '' } = await endpoints.next();
    expect(routes.waiting()).toBe(0);
    endpoints.send({ responseNonce: nonce });
    expect(names(await routes.next())).toEqual(['blog.example.com']);
    expect(server.envoys()).toMatchObject([{ streams: 3, dialect: 'delta' }]);
  });

  test('every method of every service answers', async () => {
    const { server, client } = await serve();
    const services = [
      ['cluster', 'Cluster', 'Clusters'],
      ['endpoint', 'Endpoint', 'Endpoints'],
      ['listener', 'Listener', 'Listeners'],
      ['route', 'Route', 'Routes'],
      ['route', 'ScopedRoutes', 'ScopedRoutes'],
      ['secret', 'Secret', 'Secrets'],
      ['runtime', 'Runtime', 'Runtime'],
    ] as const;
    const types = [
      typeUrl.cluster,
      typeUrl.endpoints,
      typeUrl.listener,
      typeUrl.route,
      typeUrl.scopedRoute,
      typeUrl.secret,
      typeUrl.runtime,
    ];
    const world = upsert(...types.map((type) => ({ ...cluster('one'), type, warms: [] })));
    server.publish('delta', world);
    server.publish('sotw', world);
    for (const [index, [folder, name, method]] of services.entries()) {
      const path = `/envoy.service.${folder}.v3.${name}DiscoveryService`;
      const delta = client.delta(`${path}/Delta${method}`);
      delta.send({ node, resourceNamesSubscribe: ['one'] });
      expect(await delta.next()).toMatchObject({ typeUrl: types[index], resources: [{ name: 'one' }] });
      const sotw = client.sotw(`${path}/Stream${method}`);
      sotw.send({ node, resourceNames: ['one'] });
      expect(await sotw.next()).toMatchObject({ typeUrl: types[index], resources: [{ typeUrl: types[index] }] });
    }
  });

  test('two dialects side by side, each with its own world, and nothing before it', async () => {
    const { server, client } = await serve();
    const demanded: Dialect[] = [];
    server.demand((dialect) => demanded.push(dialect));
    server.publish('ads-delta', upsert(listener('delta')));
    const [delta, sotw] = [client.delta(), client.sotw()];
    delta.send({ node, typeUrl: typeUrl.listener });
    sotw.send({ node, typeUrl: typeUrl.listener });
    expect(names(await delta.next())).toEqual(['delta']);
    await until(server, () => server.envoys().length === 2);
    expect(sotw.waiting()).toBe(0);
    expect(demanded).toEqual(['ads-sotw']);
    server.publish('ads-sotw', upsert(listener('sotw')));
    expect((await sotw.next()).resources).toHaveLength(1);
  });

  test('a world that is made on demand, in the same turn, is served', async () => {
    const { server, client } = await serve();
    server.demand((dialect) => server.publish(dialect, upsert(listener('http'))));
    const stream = client.sotw();
    stream.send({ node, typeUrl: typeUrl.listener });
    expect((await stream.next()).resources).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  test('a fault of ours ends the streams of the Envoy it met, is counted, and hurts no other', async () => {
    const faults: unknown[] = [];
    let broken = false;
    const now = (): number => {
      if (broken) throw new Error('a bug');
      return Date.now();
    };
    const { server, client } = await serve({ now, onFault: (error) => faults.push(error) });
    server.publish('ads-delta', upsert(listener('http')));
    const [hit, other] = [client.delta(), client.delta()];
    hit.send({ node, typeUrl: typeUrl.listener });
    other.send({ node: { id: 'envoy-2' }, typeUrl: typeUrl.listener });
    await Promise.all([hit.next(), other.next()]);
    hit.send({ typeUrl: typeUrl.cluster });
    await hit.next();
    broken = true;
    hit.send({ typeUrl: typeUrl.scopedRoute });
    expect(await hit.status).toMatchObject({ code: status.INTERNAL, details: 'internal error' });
    broken = false;
    expect([server.faults(), faults.length]).toEqual([1, 1]);
    server.publish('ads-delta', upsert(listener('http', 'v2')));
    expect(names(await other.next())).toEqual(['http']);
    const again = client.delta();
    again.send({ node, typeUrl: typeUrl.listener });
    expect(names(await again.next())).toEqual(['http']);
  });

  test.each([
    ['garbage', (stream: ReturnType<ReturnType<typeof connect>['raw']>) => stream.send(Uint8Array.of(255, 255, 255))],
    [
      'a truncated message',
      (stream: ReturnType<ReturnType<typeof connect>['raw']>) => stream.send(Uint8Array.of(10, 200)),
    ],
  ])('%s ends that stream and nothing else', async (_name, send) => {
    const { server, client } = await serve();
    const stream = client.raw();
    send(stream);
    expect((await stream.status).code).toBe(status.INVALID_ARGUMENT);
    expect(server.faults()).toBe(0);
  });

  test('a node with a huge name and a type on the wrong stream are refused', async () => {
    const { client } = await serve();
    const huge = client.delta();
    huge.send({ node: { id: 'x'.repeat(1024 * 1024) }, typeUrl: typeUrl.cluster });
    expect((await huge.status).code).toBe(status.INVALID_ARGUMENT);
    const wrong = client.delta('/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters');
    wrong.send({ node, typeUrl: typeUrl.secret });
    expect((await wrong.status).code).toBe(status.INVALID_ARGUMENT);
  });

  test('a reconnect that names 100,000 resources passes, 65 MiB do not', async () => {
    const { server, client } = await serve();
    const clusters = numbered(10, (name) => cluster(name));
    server.publish('ads-delta', upsert(...clusters));
    const held = new Map(
      Array.from({ length: 100_000 }, (_, n) => [`a-rather-long-resource-name-${n}`.padEnd(60), 'v']),
    );
    const stream = client.delta();
    stream.send({ node, typeUrl: typeUrl.cluster, initialResourceVersions: held });
    expect((await stream.next(20_000)).resources).toHaveLength(10);
    const large = client.raw();
    large.send(new Uint8Array(65 * 1024 * 1024));
    expect((await large.status).code).toBe(status.RESOURCE_EXHAUSTED);
    expect(server.faults()).toBe(0);
  });

  test('a client that stops reading is owed names, not messages', async () => {
    const { server, client } = await serve();
    const mebibyte = (version: string) => ({ ...scope('large', [], version), bytes: new Uint8Array(1024 * 1024) });
    server.publish('ads-delta', upsert(listener('http'), mebibyte('v0')));
    const [slow, quick] = [client.delta(), client.delta()];
    slow.send({ node, typeUrl: typeUrl.scopedRoute });
    quick.send({ node: { id: 'envoy-2' }, typeUrl: typeUrl.scopedRoute });
    await slow.next();
    quick.send({ typeUrl: typeUrl.scopedRoute, responseNonce: (await quick.next()).nonce });
    slow.call.pause();
    const before = heldBytes();
    for (let version = 1; version <= 200; version += 1) {
      server.publish('ads-delta', upsert(mebibyte(`v${version}`)));
      quick.send({ typeUrl: typeUrl.scopedRoute, responseNonce: (await quick.next()).nonce });
    }
    // Both ends are in this process; without the rule it would be more than the 200 MiB published.
    expect(heldBytes() - before).toBeLessThan(100 * 1024 * 1024);
    slow.call.resume();
    const seen: (string | undefined)[] = [];
    while (seen.at(-1) !== 'v200:') {
      const { resources = [] } = await slow.next(10_000);
      seen.push(...resources.map(({ version }) => version));
    }
    expect(seen.length).toBeLessThan(60);
  }, 30_000);

  test('closing ends every stream, soon', async () => {
    const { server, client } = await serve();
    server.publish('ads-delta', upsert(endpoints('one')));
    const stream = client.delta();
    stream.send({ node, typeUrl: typeUrl.endpoints, resourceNamesSubscribe: ['one'] });
    await stream.next();
    const before = performance.now();
    await server.close();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect((await stream.status).code).toBe(status.UNAVAILABLE);
  });

  test('an Envoy that comes back is complete still, and one that is gone is not reported', async () => {
    const { server, client } = await serve();
    server.publish('ads-delta', upsert());
    const start = async () => {
      const stream = client.delta();
      stream.send({ node, typeUrl: typeUrl.cluster });
      stream.send({ typeUrl: typeUrl.listener });
      for (const type of [typeUrl.cluster, typeUrl.listener]) {
        stream.send({ typeUrl: type, responseNonce: (await stream.next()).nonce ?? '' });
      }
      return stream;
    };
    const stream = await start();
    await until(server, () => server.envoys()[0]?.complete === true);
    stream.call.end();
    await until(server, () => server.envoys().length === 0);
    const again = client.delta();
    again.send({ node, typeUrl: typeUrl.cluster });
    await again.next();
    expect(server.envoys()).toMatchObject([{ node: 'envoy-1', complete: true }]);
  });

  test('an address that is taken is said by code', async () => {
    const { address } = await serve();
    const second = createXdsServer({ tls: null });
    closers.push(() => second.close());
    await expect(second.listen(address)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('a unix socket serves as well', async () => {
    const server = createXdsServer({ tls: null });
    closers.push(() => server.close());
    const path = `unix:/tmp/xds-test-${process.pid}.sock`;
    expect(await server.listen(path)).toBe(path);
    const client = connect(path);
    closers.push(() => client.close());
    server.publish('ads-delta', upsert(listener('http')));
    const stream = client.delta();
    stream.send({ node, typeUrl: typeUrl.listener });
    expect(names(await stream.next())).toEqual(['http']);
  });
});
