import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Cluster } from '../../xds/proto/generated/envoy/config/cluster/v3/cluster.ts';
import { RouteConfiguration } from '../../xds/proto/generated/envoy/config/route/v3/route.ts';
import { ScopedRouteConfiguration } from '../../xds/proto/generated/envoy/config/route/v3/scoped_route.ts';
import { type Dialect, typeUrl } from '../../xds/snapshot/resource.ts';
import { current, replaced } from './hand-made.ts';
import { proxy } from './manifests.ts';
import { askRaw } from './raw-request.ts';
import { type Proxy, startWhole, type Whole } from './whole.ts';

let whole: Whole;

afterEach(() => whole.close());

const bad = 'bad.example.com';
const hosts = (count: number) => Array.from({ length: count }, (_, index) => `good-${index}.example.com`);

/** Envoy refuses two virtual hosts with one domain. */
function twice<Routes extends Pick<RouteConfiguration, 'virtualHosts'>>(routes: Routes): Routes {
  const [host = {}] = routes.virtualHosts ?? [];
  return { ...routes, virtualHosts: [host, { ...host, name: 'again' }] };
}

/** The resource with a host's routes, changed as told. */
function routesOf(dialect: Dialect, host: string, change: (routes: RouteConfiguration) => RouteConfiguration) {
  if (dialect === 'ads-sotw') {
    const resource = current(whole, dialect, typeUrl.route, `http/${host}`);
    const routes = change(RouteConfiguration.decode(resource.bytes));
    return replaced(resource, RouteConfiguration.encode(routes).finish());
  }
  const resource = current(whole, dialect, typeUrl.scopedRoute, `http/${host}`);
  const scope = ScopedRouteConfiguration.decode(resource.bytes);
  const routeConfiguration = change(scope.routeConfiguration ?? {});
  return replaced(resource, ScopedRouteConfiguration.encode({ ...scope, routeConfiguration }).finish());
}

const adding = (key: string) => (routes: RouteConfiguration) => ({
  ...routes,
  responseHeadersToAdd: [{ header: { key, value: 'yes' } }],
});

async function statusOf(envoy: Proxy, host: string): Promise<number> {
  return (await askRaw({ port: envoy.httpPort, host, path: '/' })).status;
}

function nacksOf(envoy: Proxy) {
  return envoy.report().types.flatMap(({ type, nacks }) => nacks.map(({ name, message }) => ({ type, name, message })));
}

/** How many responses Envoy has refused so far: each counts for every subscription of their type, so at most. */
async function refusals(envoy: Proxy): Promise<number> {
  const stats = await envoy.admin('/stats?filter=update_rejected');
  return Math.max(...stats.split('\n').map((line) => Number(line.split(': ')[1] ?? 0)));
}

describe.each(['ads-delta', 'ads-sotw'] as const)('what an Envoy of %s refuses', (dialect) => {
  it('takes nothing else with it, keeps its last good answer, and is told by name', async () => {
    whole = await startWhole();
    await whole.apply(...[...hosts(3), bad].map((host) => proxy(host, null)));
    const envoy = await whole.envoy(dialect);
    await whole.settled();
    const good = hosts(3).map((host) => routesOf(dialect, host, adding('x-second')));
    const broken = routesOf(dialect, bad, (routes) => twice(adding('x-second')(routes)));
    whole.xds.publish(dialect, { upserts: [...good.slice(0, 1), broken, ...good.slice(1)], removals: [] });
    await whole.settled();
    for (const host of hosts(3)) expect(await hasHeader(envoy, host, 'x-second'), host).toBe(true);
    expect(await statusOf(envoy, bad)).toBe(200);
    expect(await hasHeader(envoy, bad, 'x-second')).toBe(false);
    const [nack, ...others] = nacksOf(envoy);
    expect(others).toEqual([]);
    expect(nack).toMatchObject({ type: broken.type, name: broken.name });
    expect(nack?.message).toMatch(/unique|domain/i);
    expect(whole.loop.served(dialect)?.world.hostOf(broken.type, broken.name)).toBe(bad);
    const before = await refusals(envoy);
    await sleep(1_000);
    expect(await refusals(envoy), 'it is not sent again and again').toBe(before);
    whole.xds.publish(dialect, { upserts: [routesOf(dialect, bad, adding('x-third'))], removals: [] });
    await whole.settled();
    expect(await hasHeader(envoy, bad, 'x-third')).toBe(true);
    expect(nacksOf(envoy)).toEqual([]);
  });

  it('costs no other host its first sync', async () => {
    whole = await startWhole();
    await whole.apply(...[...hosts(250), bad].map((host) => proxy(host, null)));
    whole.loop.demand(dialect);
    whole.xds.publish(dialect, { upserts: [routesOf(dialect, bad, twice)], removals: [] });
    const envoy = await whole.envoy(dialect);
    await whole.settled();
    const answers = await Promise.all(hosts(250).map((host) => statusOf(envoy, host)));
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(await statusOf(envoy, bad)).toBe(404);
    expect(nacksOf(envoy).map(({ name }) => name)).toEqual([`http/${bad}`]);
    expect(await refusals(envoy)).toBeLessThan(20);
  });

  it('leaves the cluster in place that a broken one would have replaced', async () => {
    whole = await startWhole();
    const backends = await Promise.all(['one', 'two'].map((name) => whole.backend(name)));
    await whole.apply(
      proxy(bad, 'one'),
      proxy('good-0.example.com', 'two'),
      ...backends.flatMap(({ objects }) => objects),
    );
    const envoy = await whole.envoy(dialect);
    await whole.settled();
    const type = dialect === 'ads-sotw' ? typeUrl.route : typeUrl.scopedRoute;
    const [name = ''] = current(whole, dialect, type, `http/${bad}`).needs;
    const cluster = current(whole, dialect, typeUrl.cluster, name);
    const never = { ...Cluster.decode(cluster.bytes), connectTimeout: { seconds: 0 } };
    const broken = replaced(cluster, Cluster.encode(never).finish());
    whole.xds.publish(dialect, { upserts: [broken], removals: [] });
    const three = await whole.backend('three');
    await whole.apply(proxy('later.example.com', 'three'), ...three.objects);
    await whole.settled();
    expect(nacksOf(envoy)).toMatchObject([{ type: typeUrl.cluster, name }]);
    for (const host of [bad, 'good-0.example.com', 'later.example.com']) expect(await statusOf(envoy, host)).toBe(200);
  });
});

async function hasHeader({ httpPort }: Proxy, host: string, name: string): Promise<boolean> {
  const request = get({ host: '127.0.0.1', port: httpPort, headers: { host }, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.headers[name] === 'yes';
}
