import { describe, expect, it } from 'vitest';
import type { Graph, HostGraph } from '../../routing/graph/graph.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { type Dialect, typeUrl, type WorldChange } from '../../xds/snapshot/resource.ts';
import {
  endpoints,
  endpointsKey,
  everyKey,
  forward,
  graphOf,
  hostGraph,
  hostName,
  type Parts,
  prefix,
  route,
  saying,
  secureHost,
  service,
} from '../support/graphs.ts';
import { countingHashes, hashes } from './hashes.ts';

const none = {
  hosts: new Set<never>(),
  endpoints: new Set<never>(),
  secrets: new Set<never>(),
  objects: new Set<never>(),
};
const serving = (host: string, ...names: readonly string[]) =>
  hostGraph(host, [route(prefix('/'), forward(...names.map((name) => service(name))))]);
const secured = (host: string, secret = 'certificate', body = 'hello') =>
  hostGraph(host, [], secureHost(secret, [route(prefix('/'), saying(body))]));

/** A world, and what each following graph moved in it. */
function play(dialect: Dialect = 'ads-delta') {
  const world = createWorld(dialect, defaultEnvoySettings, hashes);
  let last: Graph = graphOf({});
  return {
    world,
    to(parts: Parts): WorldChange {
      const graph = graphOf(parts);
      const change = everyKey(last, graph);
      last = graph;
      return world.update(graph, change);
    },
  };
}

function names({ upserts, removals }: WorldChange): readonly string[] {
  const short = ({ type, name }: { type: string; name: string }) => `${type.slice(type.lastIndexOf('.') + 1)} ${name}`;
  return [...upserts.map((each) => `+ ${short(each)}`), ...removals.map((each) => `- ${short(each)}`)];
}

const clusterOf = (name: string) => `shop/${name}/80/da39a3ee5e`;

describe('the first world', () => {
  it('has a listener and the runtime, though there is no host', () => {
    expect(names(play().to({}))).toEqual([
      '+ Listener first_sync',
      '+ Listener ingress_http',
      '+ RouteConfiguration first_sync',
      '+ Runtime dynamic',
    ]);
    expect(names(play('sotw').to({}))).toEqual(['+ Listener ingress_http', '+ Runtime dynamic']);
  });

  it('has one scope a host with its routes in it, for those who ask for changes', () => {
    expect(names(play().to({ hosts: [serving('a.example.com', 'a')] }))).toEqual([
      `+ Cluster ${clusterOf('a')}`,
      '+ ClusterLoadAssignment shop/a',
      '+ Listener first_sync',
      '+ Listener ingress_http',
      '+ RouteConfiguration first_sync',
      '+ ScopedRouteConfiguration http/a.example.com',
      '+ Runtime dynamic',
    ]);
  });

  it('has scopes that refer to routes, for those who ask for the state of the world', () => {
    const { upserts } = play('sotw').to({ hosts: [serving('a.example.com', 'a')] });
    const of = (type: string) => upserts.find((resource) => resource.type === type);
    expect(of(typeUrl.scopedRoute)).toMatchObject({ name: 'http/a.example.com', needs: [] });
    expect(of(typeUrl.route)).toMatchObject({ name: 'http/a.example.com', needs: [clusterOf('a')] });
  });

  it('is the same whatever the order in which hosts came', () => {
    const hosts = ['c', 'a', 'b'].flatMap((name) => [
      serving(`${name}.example.com`, name, 'shared'),
      secured(`${name}.example.org`),
    ]);
    const whole = createWorld('ads-delta', defaultEnvoySettings, hashes);
    const graph = graphOf({ hosts });
    const backwards = graphOf({ hosts: hosts.toReversed() });
    const other = createWorld('ads-delta', defaultEnvoySettings, hashes);
    expect(other.update(backwards, everyKey(backwards))).toEqual(whole.update(graph, everyKey(graph)));
  });
});

describe('a change', () => {
  it('that is none yields nothing', () => {
    const { world, to } = play();
    to({ hosts: [serving('a.example.com', 'a')] });
    expect(world.update(graphOf({}), none)).toEqual({ upserts: [], removals: [] });
  });

  it('of an object that means the same yields nothing', () => {
    const { to } = play();
    to({ hosts: [serving('a.example.com', 'a')], endpoints: [endpoints('shop/a', '10.0.0.1')] });
    expect(names(to({ hosts: [serving('a.example.com', 'a')], endpoints: [endpoints('shop/a', '10.0.0.1')] }))).toEqual(
      [],
    );
  });

  it('of one host moves its scope only', () => {
    const { to } = play();
    const other = serving('b.example.com', 'a');
    to({ hosts: [serving('a.example.com', 'a'), other] });
    const edited = hostGraph('a.example.com', [route(prefix('/new'), forward(service('a')))]);
    expect(names(to({ hosts: [edited, other] }))).toEqual(['+ ScopedRouteConfiguration http/a.example.com']);
  });

  it('of endpoints moves these endpoints only', () => {
    const { to } = play();
    const hosts = [serving('a.example.com', 'a')];
    to({ hosts, endpoints: [endpoints('shop/a', '10.0.0.1')] });
    expect(names(to({ hosts, endpoints: [endpoints('shop/a', '10.0.0.2')] }))).toEqual([
      '+ ClusterLoadAssignment shop/a',
    ]);
    const gone = to({ hosts });
    expect(names(gone)).toEqual(['+ ClusterLoadAssignment shop/a']);
  });

  it('of endpoints that no cluster uses moves nothing', () => {
    const { to } = play();
    to({});
    expect(names(to({ endpoints: [endpoints('shop/a', '10.0.0.1')] }))).toEqual([]);
  });

  it('of a Service port’s name moves the cluster to other endpoints', () => {
    const { to } = play();
    to({ hosts: [serving('a.example.com', 'a')] });
    const renamed = { ...service('a'), endpoints: endpointsKey('shop/a/http') };
    expect(names(to({ hosts: [hostGraph('a.example.com', [route(prefix('/'), forward(renamed))])] }))).toEqual([
      `+ Cluster ${clusterOf('a')}`,
      '+ ClusterLoadAssignment shop/a/http',
      '- ClusterLoadAssignment shop/a',
    ]);
  });

  it('of hosts that swap their backends touches no cluster', () => {
    const { to } = play();
    to({ hosts: [serving('a.example.com', 'a'), serving('b.example.com', 'b')] });
    expect(names(to({ hosts: [serving('a.example.com', 'b'), serving('b.example.com', 'a')] }))).toEqual([
      '+ ScopedRouteConfiguration http/a.example.com',
      '+ ScopedRouteConfiguration http/b.example.com',
    ]);
  });

  it('of clusters that swap their endpoints touches no endpoints', () => {
    const { to } = play();
    const using = (name: string, key: string) =>
      hostGraph(`${name}.example.com`, [
        route(prefix('/'), forward({ ...service(name), endpoints: endpointsKey(key) })),
      ]);
    to({ hosts: [using('a', 'shop/x'), using('b', 'shop/y')] });
    expect(names(to({ hosts: [using('a', 'shop/y'), using('b', 'shop/x')] }))).toEqual([
      `+ Cluster ${clusterOf('a')}`,
      `+ Cluster ${clusterOf('b')}`,
    ]);
  });
});

describe('a cluster', () => {
  it('stays while one route names it, and goes with the last', () => {
    const { to } = play();
    to({ hosts: [serving('a.example.com', 'shared'), serving('b.example.com', 'shared')] });
    expect(names(to({ hosts: [serving('b.example.com', 'shared')] }))).toEqual([
      '- ScopedRouteConfiguration http/a.example.com',
    ]);
    expect(names(to({}))).toEqual([
      `- Cluster ${clusterOf('shared')}`,
      '- ClusterLoadAssignment shop/shared',
      '- ScopedRouteConfiguration http/b.example.com',
    ]);
  });

  it('of a backend that gets no traffic, or copies only, is there too', () => {
    const { backends } = forward(service('idle'), service('busy'));
    const [idle, busy] = backends;
    const mirror = { target: service('copy'), percent: 5, source: idle!.source };
    const action = { ...forward(), backends: [{ ...idle!, effectiveWeight: 0 }, busy!], mirror };
    const { upserts } = play().to({ hosts: [hostGraph('a.example.com', [route(prefix('/'), action)])] });
    const scope = upserts.find(({ type }) => type === typeUrl.scopedRoute);
    expect(scope?.needs).toEqual([clusterOf('busy'), clusterOf('copy'), clusterOf('idle')]);
  });

  it('says which endpoints must follow it', () => {
    const { upserts } = play().to({ hosts: [serving('a.example.com', 'a')] });
    expect(upserts.find(({ type }) => type === typeUrl.cluster)?.warms).toEqual(['shop/a']);
  });
});

describe('the listener for TLS', () => {
  it('comes with the first secure host and goes with the last', () => {
    const { to } = play();
    to({});
    expect(names(to({ hosts: [secured('a.example.com')] }))).toEqual([
      '+ Listener ingress_https',
      '+ RouteConfiguration https/a.example.com',
    ]);
    expect(names(to({}))).toEqual(['- Listener ingress_https', '- RouteConfiguration https/a.example.com']);
  });

  it('does not move with a route', () => {
    const { to } = play();
    to({ hosts: [secured('a.example.com')] });
    expect(names(to({ hosts: [secured('a.example.com', 'certificate', 'other')] }))).toEqual([
      '+ RouteConfiguration https/a.example.com',
    ]);
  });

  it('does not move with the bytes of a certificate', () => {
    const { to } = play();
    const hosts = [secured('a.example.com')];
    const secret = (text: string) => ({
      key: 'shop/certificate',
      certificateChain: new TextEncoder().encode(text),
      privateKey: { reveal: () => new TextEncoder().encode(text) },
    });
    to({ hosts, secrets: [secret('old')] });
    expect(names(to({ hosts, secrets: [secret('new')] }))).toEqual(['+ Secret shop/certificate']);
    expect(names(to({ hosts }))).toEqual(['- Secret shop/certificate']);
  });

  it('moves when a host takes another Secret', () => {
    const { to } = play();
    to({ hosts: [secured('a.example.com')] });
    expect(names(to({ hosts: [secured('a.example.com', 'renewed')] }))).toEqual(['+ Listener ingress_https']);
  });
});

describe('who a resource belongs to', () => {
  it('is the host of scopes and routes', () => {
    const { world, to } = play();
    to({ hosts: [serving('a.example.com', 'a'), secured('b.example.com')] });
    expect(world.hostOf(typeUrl.scopedRoute, 'http/a.example.com')).toBe('a.example.com');
    expect(world.hostOf(typeUrl.route, 'https/b.example.com')).toBe('b.example.com');
    expect(world.hostOf(typeUrl.route, 'https/a.example.com')).toBeNull();
    expect(world.hostOf(typeUrl.cluster, clusterOf('a'))).toBeNull();
  });

  it('is told by the host as well', () => {
    const { world, to } = play();
    to({ hosts: [serving('a.example.com', 'a'), secured('b.example.com')] });
    expect(world.resourcesOf(hostName('a.example.com'))).toEqual([
      { type: typeUrl.scopedRoute, name: 'http/a.example.com' },
      { type: typeUrl.cluster, name: clusterOf('a') },
    ]);
    expect(world.resourcesOf(hostName('b.example.com'))).toEqual([
      { type: typeUrl.route, name: 'https/b.example.com' },
      { type: typeUrl.secret, name: 'shop/certificate' },
      { type: typeUrl.listener, name: 'ingress_https' },
    ]);
    expect(world.resourcesOf(hostName('c.example.com'))).toEqual([]);
  });
});

describe('the work', () => {
  it.each([100, 5_000])('for one edit among %i hosts is one resource', (count) => {
    const { ports, encoded } = countingHashes();
    const world = createWorld('ads-delta', defaultEnvoySettings, ports);
    const hosts: HostGraph[] = Array.from({ length: count }, (_, index) =>
      serving(`h${index}.example.com`, `s${index}`),
    );
    const graph = graphOf({ hosts });
    world.update(graph, everyKey(graph));
    const before = encoded();
    const edited = hostGraph('h7.example.com', [route(prefix('/new'), forward(service('s7')))]);
    const next = graphOf({ hosts: hosts.with(7, edited) });
    const { upserts } = world.update(next, everyKey(next));
    expect(upserts.map(({ name }) => name)).toEqual(['http/h7.example.com']);
    expect(encoded() - before).toBe(1);
  });
});
