import type { HostName, Route } from '../../routing/graph/graph.ts';
import { HeaderValueOption_HeaderAppendAction as AppendAction } from '../proto/generated/envoy/config/core/v3/base.ts';
import type { RouteConfiguration } from '../proto/generated/envoy/config/route/v3/route.ts';
import { FilterConfig } from '../proto/generated/envoy/config/route/v3/route_components.ts';
import { packed } from './any.ts';
import { scopeHeader } from './filters/scope-header.ts';
import { type ClusterName, httpRoutesName, httpsRoutesName, scopeFallbackName } from './names.ts';
import { emitVirtualHost, misdirectedHost } from './virtual-host.ts';

const requestStart = {
  header: { key: 'x-request-start', value: 't=%START_TIME(%s.%3f)%' },
  appendAction: AppendAction.APPEND_IF_EXISTS_OR_ADD,
};

/** A request whose scope was found creates no fallback filter, and so pays nothing for it. */
const withoutFallback = new Map([
  [scopeFallbackName, packed('envoy.config.route.v3.FilterConfig', FilterConfig, { disabled: true })],
]);

export function emitHttpRoutes(host: HostName, routes: readonly Route[], clusterName: ClusterName): RouteConfiguration {
  return {
    name: httpRoutesName(host),
    virtualHosts: [emitVirtualHost(host, routes, clusterName)],
    ...common(routes),
    requestHeadersToRemove: [scopeHeader],
    typedPerFilterConfig: withoutFallback,
  };
}

export function emitHttpsRoutes(
  host: HostName,
  routes: readonly Route[],
  clusterName: ClusterName,
): RouteConfiguration {
  return {
    name: httpsRoutesName(host),
    virtualHosts: [emitVirtualHost(host, routes, clusterName), misdirectedHost],
    ...common(routes),
  };
}

function common(routes: readonly Route[]) {
  const bodySize = directResponseSize(routes);
  return {
    requestHeadersToAdd: [requestStart],
    // Inlined in a scope they are checked by default, and one cluster late would refuse the whole response.
    validateClusters: false,
    ignorePortInHostMatching: true,
    ...(bodySize > defaultDirectResponseSize ? { maxDirectResponseBodySizeBytes: bodySize } : {}),
  };
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route.proto: in bytes. */
const defaultDirectResponseSize = 4096;

/** An upper bound in bytes: UTF-8 spends at most three on a UTF-16 unit. */
function directResponseSize(routes: readonly Route[]): number {
  return routes.reduce(
    (size, { action }) => Math.max(size, action.type === 'DirectResponse' ? action.body.length * 3 : 0),
    0,
  );
}
