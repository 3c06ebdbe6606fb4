import type { Listener } from '../proto/generated/envoy/config/listener/v3/listener.ts';
import type { RouteConfiguration } from '../proto/generated/envoy/config/route/v3/route.ts';
import type { Dialect } from '../snapshot/resource.ts';
import { socketAddress } from './address.ts';
import { patientConfigSource } from './config-source.ts';
import { router } from './filters/order.ts';
import { httpConnectionManager } from './http-connection-manager.ts';
import { firstSyncName } from './names.ts';
import type { EnvoySettings } from './settings.ts';

/**
 * A listener on no port, whose routes a new Envoy is told last. Envoy opens its ports, and says that it is ready, when
 * all of its first listeners have their routes; a listener with scopes takes the first response of many for all of
 * them, so without this one a new Envoy would answer 404 for hosts that are still on their way.
 * https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/init
 */
export function emitFirstSyncListener(dialect: Dialect, { xdsCluster }: EnvoySettings): Listener {
  const configSource = patientConfigSource(dialect, xdsCluster);
  const manager = {
    statPrefix: firstSyncName,
    routeSpecifier: { $case: 'rds' as const, value: { configSource, routeConfigName: firstSyncName } },
    httpFilters: [router],
  };
  return {
    name: firstSyncName,
    // It must have an address, which is its own.
    address: socketAddress('127.0.0.1', 1),
    bindToPort: false,
    filterChains: [{ filters: [httpConnectionManager(manager, null)] }],
  };
}

export const firstSyncRoutes: RouteConfiguration = { name: firstSyncName };
