import { afterEach, expect, it } from 'vitest';
import { Cluster } from '../../xds/proto/generated/envoy/config/cluster/v3/cluster.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { current, replaced } from './hand-made.ts';
import { startLoad } from './load.ts';
import { proxy, service, slice } from './manifests.ts';
import { askRaw } from './raw-request.ts';
import { dialects, type Proxy, startWhole, type Whole } from './whole.ts';

const host = 'blog.example.com';

/** In milliseconds. Envoy gives up on what it is never told after 15 s, and on nothing sooner. */
const longestStart = 14_000;

let whole: Whole;

afterEach(() => whole.close());

const statusOf = async (envoy: Proxy) => (await askRaw({ port: envoy.httpPort, host, path: '/' })).status;

/** How often Envoy took routes, clusters and listeners so far. */
async function updates(envoy: Proxy): Promise<string> {
  return envoy.admin('/stats?filter=(scoped_rds|rds|cluster_manager.cds|listener_manager.lds).*update_success');
}

it('moves traffic from pod to pod without a failed request, and without touching a route', async () => {
  whole = await startWhole();
  const pods = await Promise.all(['one', 'two', 'three'].map((name) => whole.backend(name)));
  await whole.apply(proxy(host, 'blog'), service('blog'), slice('blog', pods[0]?.port ?? 0));
  const envoy = await whole.envoy();
  await whole.live();
  const before = await updates(envoy);
  const seen = new Set<string | null>();
  const right = (status: number, name: string | null) => {
    seen.add(name);
    return status === 200;
  };
  const load = startLoad(envoy.httpPort, () => ({ host, right }));
  for (let turn = 0; turn < 60; turn += 1) {
    await whole.apply(slice('blog', pods[turn % pods.length]?.port ?? 0));
    await whole.live();
  }
  const { failures, cut, requests } = await load.stop();
  expect(failures).toEqual([]);
  expect(cut).toBe(0);
  expect(requests).toBeGreaterThan(100);
  expect(seen).toEqual(new Set(['one', 'two', 'three']));
  expect(await updates(envoy)).toBe(before);
});

it('answers 503 while nothing is ready, and at once again when something is', async () => {
  whole = await startWhole();
  const pod = await whole.backend('blog');
  await whole.apply(proxy(host, 'blog'), ...pod.objects);
  const envoy = await whole.envoy();
  await whole.live();
  const before = await updates(envoy);
  expect(await statusOf(envoy)).toBe(200);
  await whole.apply(slice('blog'));
  await whole.live();
  expect(await statusOf(envoy)).toBe(503);
  await whole.apply(slice('blog', pod.port));
  await whole.live();
  expect(await statusOf(envoy)).toBe(200);
  await whole.remove(slice('blog', pod.port));
  await whole.live();
  expect(await statusOf(envoy)).toBe(503);
  expect(await updates(envoy)).toBe(before);
});

it.each(dialects)('an Envoy of %s gets a changed cluster with its endpoints, and is never without', async (dialect) => {
  whole = await startWhole();
  const pod = await whole.backend('blog');
  await whole.apply(proxy(host, 'blog'), ...pod.objects);
  const envoy = await whole.envoy(dialect);
  await whole.live();
  const [name = ''] = whole.loop.served(dialect)?.snapshot.names(typeUrl.cluster) ?? [];
  const cluster = current(whole, dialect, typeUrl.cluster, name);
  const load = startLoad(envoy.httpPort, () => ({ host, right: (status) => status === 200 }));
  for (let seconds = 3; seconds < 13; seconds += 1) {
    const changed = { ...Cluster.decode(cluster.bytes), connectTimeout: { seconds } };
    const upserts = [replaced(cluster, Cluster.encode(changed).finish())];
    whole.xds.publish(dialect, { upserts, removals: [] });
    await whole.settled();
    expect(envoy.report().accepted(typeUrl.cluster, name)).toBe(upserts[0]?.version);
  }
  expect(await envoy.admin('/config_dump?resource=dynamic_warming_clusters')).not.toContain(name);
  const { failures, cut } = await load.stop();
  expect({ failures, cut }).toEqual({ failures: [], cut: 0 });
});

it.each(dialects)('keeps no Envoy of %s waiting for endpoints that do not exist', async (dialect) => {
  whole = await startWhole();
  const names = Array.from({ length: 100 }, (_, index) => `empty-${index}`);
  const pod = await whole.backend('blog');
  await whole.apply(proxy(host, 'blog'), ...pod.objects);
  await whole.apply(...names.flatMap((name) => [proxy(`${name}.example.com`, name), service(name)]));
  await whole.apply(proxy('missing.example.com', 'missing'));
  for (let start = 0; start < 2; start += 1) {
    const from = performance.now();
    const envoy = await whole.envoy(dialect);
    await whole.live();
    expect(await statusOf(envoy)).toBe(200);
    expect(performance.now() - from).toBeLessThan(longestStart);
    await envoy.stop();
  }
});
