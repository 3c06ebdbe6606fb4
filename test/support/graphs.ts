import type {
  EndpointsKey,
  HostName,
  Route,
  RouteAction,
  RouteMatch,
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
