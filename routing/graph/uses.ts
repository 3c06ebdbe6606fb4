import type { EndpointsKey, HostGraph, Route } from './graph.ts';

/** The endpoints that a host's routes send traffic to, mirrors included. */
export function endpointsUsed(host: HostGraph | null): ReadonlySet<EndpointsKey> {
  const used = new Set<EndpointsKey>();
  for (const route of routesOf(host)) {
    if (route.action.type !== 'Forward') continue;
    for (const { target } of route.action.backends) used.add(target.endpoints);
    if (route.action.mirror !== null) used.add(route.action.mirror.target.endpoints);
  }
  return used;
}

/** `namespace/name` of the Secrets that a host is served with. */
export function secretsUsed(host: HostGraph | null): ReadonlySet<string> {
  const secret = host?.secure?.secret;
  return new Set(secret === undefined ? [] : [`${secret.namespace}/${secret.name}`]);
}

function routesOf(host: HostGraph | null): readonly Route[] {
  return host === null ? [] : [...host.routes, ...(host.secure?.routes ?? [])];
}
