import type { HostName, Route } from '../../routing/graph/graph.ts';
import type { HeaderMatcher, VirtualHost } from '../proto/generated/envoy/config/route/v3/route_components.ts';
import { type ClusterName, scopeFallbackName } from './names.ts';
import { emitRoute } from './route.ts';

export function emitVirtualHost(host: HostName, routes: readonly Route[], clusterName: ClusterName): VirtualHost {
  const oneLabel = host.startsWith('*.') ? underWildcard(host) : null;
  return {
    name: host,
    domains: [host],
    routes: routes.map((route) => emitRoute(route, clusterName, oneLabel)),
    metadata: { filterMetadata: new Map([[scopeFallbackName, { found: true }]]) },
  };
}

/** Answers 421 to whatever was sent here by a client that shook hands for another name. */
export const misdirectedHost: VirtualHost = {
  name: 'misdirected',
  domains: ['*'],
  routes: [
    {
      match: { pathSpecifier: { $case: 'prefix', value: '/' } },
      action: { $case: 'directResponse', value: { status: 421 } },
    },
  ],
};

/** Envoy's wildcard takes any number of labels; Contour's and Kubernetes' takes one. */
function underWildcard(host: string): HeaderMatcher {
  const parent = host.slice(1).replace(/[^a-z0-9-]/g, '\\$&');
  const regex = `(?i)[a-z0-9]([-a-z0-9]*[a-z0-9])?${parent}(:[0-9]+)?`;
  return {
    name: ':authority',
    headerMatchSpecifier: {
      $case: 'stringMatch',
      value: { matchPattern: { $case: 'safeRegex', value: { regex } } },
    },
  };
}
