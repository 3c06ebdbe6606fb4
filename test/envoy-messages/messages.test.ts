import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { decodeResource } from '../../controller/debug/decode-resource.ts';
import type { HeaderMatch, QueryMatch, RouteMatch } from '../../routing/graph/graph.ts';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { firstSyncName, listenerName } from '../../xds/envoy/names.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { type Dialect, type Resource, typeUrl, type TypeUrl } from '../../xds/snapshot/resource.ts';
import {
  endpoints,
  everyKey,
  forward,
  graphOf,
  hostGraph,
  type Parts,
  prefix,
  route,
  saying,
  secureHost,
  service,
} from '../support/graphs.ts';
import { hashes } from './hashes.ts';

/** What Envoys of a dialect are told, of these types only, as people read it; of what is always the same, only without hosts. */
function told(parts: Parts, types: readonly TypeUrl[], dialect: Dialect = 'ads-delta'): string {
  const graph = graphOf(parts);
  const settings = { ...defaultEnvoySettings, accessLog: '/dev/stdout' };
  const { upserts } = createWorld(dialect, settings, hashes).update(graph, everyKey(graph));
  return upserts
    .filter(({ type, name }) => types.includes(type) && (!constants.has(name) || parts.hosts === undefined))
    .map(readable)
    .join('---\n');
}

const constants: ReadonlySet<string> = new Set([listenerName.http, firstSyncName]);

function readable(resource: Resource): string {
  const { needs, warms } = resource;
  return stringify({ needs, warms, message: decodeResource(resource) }, { blockQuote: 'literal' });
}

const golden = (name: string) => `golden/${name}.yaml`;
const { cluster, endpoints: endpointsType, listener, route: routeType, runtime, scopedRoute, secret } = typeUrl;

const header = (type: HeaderMatch['type'], more: Partial<HeaderMatch> = {}): HeaderMatch => ({
  name: 'x-header',
  type,
  value: type === 'Present' ? '' : 'value',
  invert: false,
  ignoreCase: false,
  treatMissingAsEmpty: false,
  ...more,
});
const query = (type: QueryMatch['type'], ignoreCase = false): QueryMatch => ({
  name: 'q',
  type,
  value: type === 'Present' ? '' : 'value',
  ignoreCase,
});
const matching = (match: Partial<RouteMatch>) => route({ ...prefix('/'), ...match }, saying('matched'));

describe('what Envoy is told', () => {
  it('of a world without hosts', async () => {
    await expect(told({}, [listener, runtime, scopedRoute])).toMatchFileSnapshot(golden('no-hosts'));
  });

  it('of paths', async () => {
    const paths = [
      { type: 'Exact', value: '/exact' },
      { type: 'Regex', value: '/re.*' },
      { type: 'Prefix', value: '/prefix' },
      { type: 'SegmentPrefix', value: '/segment' },
      { type: 'SegmentPrefix', value: '/segment/' },
      { type: 'SegmentPrefix', value: '/' },
      { type: 'SegmentPrefix', value: '/never?matches' },
    ] as const;
    const host = hostGraph(
      'paths.example.com',
      paths.map((path) => matching({ path })),
    );
    await expect(told({ hosts: [host] }, [scopedRoute])).toMatchFileSnapshot(golden('paths'));
  });

  it('of headers and queries', async () => {
    const headers = [
      header('Exact'),
      header('Exact', { invert: true, treatMissingAsEmpty: true }),
      header('Regex'),
      header('Contains', { ignoreCase: true }),
      header('Present'),
      header('Present', { invert: true }),
    ];
    const queries = [query('Exact'), query('Exact', true), query('Regex'), query('Prefix'), query('Suffix')];
    const all = [...queries, query('Contains'), query('Present')];
    const host = hostGraph('conditions.example.com', [matching({ headers, query: all })]);
    await expect(told({ hosts: [host] }, [scopedRoute])).toMatchFileSnapshot(golden('conditions'));
  });

  it('of actions', async () => {
    const [stable, canary] = [service('stable'), service('canary')];
    const both = forward(stable, canary);
    const [first, second] = both.backends;
    const weighted = {
      ...both,
      backends: [
        { ...first!, effectiveWeight: 90 },
        { ...second!, effectiveWeight: 10 },
      ],
    };
    const mirror = { target: service('copy'), percent: 25, source: first!.source };
    const host = hostGraph('actions.example.com', [
      route(prefix('/one'), forward(stable)),
      route(prefix('/weighted'), weighted),
      route(prefix('/mirrored'), { ...forward(stable), mirror }),
      route(prefix('/sockets'), { ...forward(stable), websockets: true }),
      route(prefix('/redirect'), { type: 'Redirect', scheme: 'https', status: 301 }),
      route(prefix('/answer'), { type: 'DirectResponse', status: 204, body: '' }),
      route(prefix('/long'), saying('x'.repeat(5000))),
      route(prefix('/error'), { type: 'Error', status: 503, reason: 'ServiceUnresolvedReference' }, 'team'),
    ]);
    await expect(told({ hosts: [host] }, [scopedRoute])).toMatchFileSnapshot(golden('actions'));
  });

  it('of hosts that no table of names holds', async () => {
    const hosts = [hostGraph('*.wild.example.com', [matching({})]), hostGraph('*', [matching({})])];
    await expect(told({ hosts }, [scopedRoute])).toMatchFileSnapshot(golden('wildcards'));
  });

  it('of backends', async () => {
    const targets = [service('plain'), service('h2', 'h2'), service('h2c', 'h2c'), service('tls', 'tls')];
    const long = { ...service('a-service-with-quite-a-long-name'), namespace: 'a-namespace-with-quite-a-long-name' };
    const hosts = [hostGraph('a.example.com', [route(prefix('/'), forward(...targets, long))])];
    const sets = [endpoints('shop/plain', '10.0.0.1', '10.0.0.2'), endpoints('shop/unused', '10.0.0.3')];
    await expect(told({ hosts, endpoints: sets }, [cluster, endpointsType])).toMatchFileSnapshot(golden('backends'));
  });

  it('of hosts behind TLS', async () => {
    const routes = [route(prefix('/'), forward(service('shop')))];
    const hosts = [
      hostGraph('shop.example.com', [], secureHost('certificate', routes)),
      hostGraph('*.shop.example.com', [], secureHost('certificate', routes, '1.3')),
      hostGraph('*', [], secureHost('certificate', routes)),
    ];
    const certificateChain = new TextEncoder().encode('certificate');
    const privateKey = { reveal: () => new TextEncoder().encode('key') };
    const secrets = [{ key: 'shop/certificate', certificateChain, privateKey }];
    const types = [listener, routeType, secret, scopedRoute];
    await expect(told({ hosts, secrets }, types)).toMatchFileSnapshot(golden('tls'));
  });

  it.each(['ads-delta', 'ads-sotw', 'delta', 'sotw'] as const)('in the dialect %s', async (dialect) => {
    const routes = [route(prefix('/'), forward(service('shop')))];
    const parts = { hosts: [hostGraph('shop.example.com', routes, secureHost('certificate', routes))] };
    const every = [cluster, endpointsType, listener, routeType, runtime, scopedRoute, secret];
    await expect(told(parts, every, dialect)).toMatchFileSnapshot(golden(`dialect-${dialect}`));
  });
});

describe('a bootstrap', () => {
  it.each(['ads-delta', 'ads-sotw', 'delta', 'sotw'] as const)('speaks %s', async (dialect) => {
    const options = { xds: { path: '/run/xds.sock' }, admin: { path: '/run/admin.sock' }, dialect };
    await expect(stringify(bootstrap(options))).toMatchFileSnapshot(golden(`bootstrap-${dialect}`));
  });

  it('reaches a controller by name, with mutual TLS', async () => {
    const options = {
      node: { id: 'envoy-1', cluster: 'edge' },
      xds: { host: 'contour.example.com', port: 8001 },
      admin: { host: '127.0.0.1', port: 9001 },
      tls: { ca: '/certs/ca.crt', certificate: '/certs/tls.crt', key: '/certs/tls.key' },
    };
    await expect(stringify(bootstrap(options))).toMatchFileSnapshot(golden('bootstrap-tls'));
  });
});
