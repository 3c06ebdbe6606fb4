import type { Listener } from '../proto/generated/envoy/config/listener/v3/listener.ts';
import type { HttpConnectionManager } from '../proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';
import type { Dialect } from '../snapshot/resource.ts';
import { socketAddress } from './address.ts';
import { configSource } from './config-source.ts';
import { httpFilters } from './filters/order.ts';
import { scopeKey, setScopeHeader } from './filters/scope-header.ts';
import { httpConnectionManager } from './http-connection-manager.ts';
import { connectionFilters } from './listener-filters.ts';
import { listenerName } from './names.ts';
import type { EnvoySettings } from './settings.ts';

/** Plain HTTP: one listener that knows no host, so that no edit of a host ever touches it. */
export function emitHttpListener(dialect: Dialect, settings: EnvoySettings): Listener {
  const { http, accessLog, xdsCluster } = settings;
  const source = configSource(dialect, xdsCluster);
  const scopes: ScopeSpecifier = { $case: 'scopedRds', value: { scopedRdsConfigSource: source } };
  return {
    name: listenerName.http,
    address: socketAddress(http.address, http.port),
    listenerFilters: [...connectionFilters(settings)],
    filterChains: [{ filters: [httpConnectionManager(scopedManager(scopes, source), accessLog)] }],
  };
}

type ScopedRoutes = Extract<HttpConnectionManager['routeSpecifier'], { $case: 'scopedRoutes' }>['value'];
type ScopeSpecifier = NonNullable<ScopedRoutes['configSpecifier']>;

/** The manager of plain HTTP, whose scopes may also be given in place. */
export function scopedManager(configSpecifier: ScopeSpecifier, rdsConfigSource: ScopedRoutes['rdsConfigSource']) {
  return {
    statPrefix: listenerName.http,
    routeSpecifier: {
      $case: 'scopedRoutes' as const,
      value: { name: listenerName.http, scopeKeyBuilder: scopeKey, rdsConfigSource, configSpecifier },
    },
    httpFilters: [...httpFilters],
    earlyHeaderMutationExtensions: [setScopeHeader],
    // Before the fallback ran there is no route to ask; it asks the route that it finds.
    upgradeConfigs: [{ upgradeType: 'websocket' }],
  };
}
