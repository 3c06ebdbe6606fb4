import type {
  Endpoints,
  EndpointsKey,
  Graph,
  GraphChange,
  HostGraph,
  HostName,
  Route,
  RouteAction,
  RouteMatch,
  SecureHost,
  ServedSecret,
  ServiceTarget,
} from '../../routing/graph/graph.ts';

export const hostName = (name: string) => name as HostName;
export const endpointsKey = (key: string) => key as EndpointsKey;

export function prefix(value: string): RouteMatch {
  return { path: { type: 'Prefix', value }, headers: [], query: [] };
}

/** A route that `proxy` in `namespace` wrote. */
export function route(match: RouteMatch, action: RouteAction, namespace = 'shop'): Route {
  const source = { ref: { kind: 'HTTPProxy' as const, namespace, name: 'proxy' }, pointer: '/spec/routes/0' };
  return { match, action, source, via: [] };
}

export function service(name: string, protocol: ServiceTarget['protocol'] = null): ServiceTarget {
  return { namespace: 'shop', name, port: 80, endpoints: endpointsKey(`shop/${name}`), protocol };
}

export function forward(...targets: readonly ServiceTarget[]): Extract<RouteAction, { type: 'Forward' }> {
  const source = { ref: { kind: 'HTTPProxy' as const, namespace: 'shop', name: 'proxy' }, pointer: '' };
  const backends = targets.map((target) => ({ target, weight: null, effectiveWeight: 1, source }));
  return { type: 'Forward', backends, mirror: null, websockets: false };
}

export function saying(body: string): RouteAction {
  return { type: 'DirectResponse', status: 200, body };
}

/** What of a host is written where; the rest is empty. */
export function hostGraph(host: string, routes: readonly Route[], secure: SecureHost | null = null): HostGraph {
  return { host: hostName(host), routes, secure, holder: null, lost: [], visits: [] };
}

export function secureHost(
  secret: string,
  routes: readonly Route[],
  minimumProtocolVersion: '1.2' | '1.3' = '1.2',
): SecureHost {
  const named = { namespace: 'shop', name: secret };
  return { secret: named, minimumProtocolVersion, maximumProtocolVersion: '1.3', routes };
}

export function endpoints(key: string, ...addresses: readonly string[]): Endpoints {
  const ready = addresses.map((address) => ({ address, port: 8080 }));
  return { key: endpointsKey(key), ready, total: ready.length, known: true };
}

export interface Parts {
  readonly hosts?: readonly HostGraph[];
  readonly endpoints?: readonly Endpoints[];
  readonly secrets?: readonly ServedSecret[];
}

export function graphOf({ hosts = [], endpoints: sets = [], secrets = [] }: Parts): Graph {
  return {
    hosts: new Map(hosts.map((each) => [each.host, each])),
    endpoints: new Map(sets.map((each) => [each.key, each])),
    secrets: new Map(secrets.map((each) => [each.key, each])),
    objects: new Map(),
  };
}

/** Every key of both graphs: what moved from one to the other, and perhaps more. */
export function everyKey(...graphs: readonly Graph[]): GraphChange {
  return {
    hosts: new Set(graphs.flatMap(({ hosts }) => [...hosts.keys()])),
    endpoints: new Set(graphs.flatMap((graph) => [...graph.endpoints.keys()])),
    secrets: new Set(graphs.flatMap(({ secrets }) => [...secrets.keys()])),
    objects: new Set(),
  };
}
