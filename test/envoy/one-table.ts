import type { Endpoints, Graph, ServiceTarget } from '../../routing/graph/graph.ts';
import { socketAddress } from '../../xds/envoy/address.ts';
import { emitEndpoints } from '../../xds/envoy/endpoints.ts';
import { httpsFilters } from '../../xds/envoy/filters/order.ts';
import { scopeHeader } from '../../xds/envoy/filters/scope-header.ts';
import { httpConnectionManager } from '../../xds/envoy/http-connection-manager.ts';
import { emitVirtualHost } from '../../xds/envoy/virtual-host.ts';
import { Cluster, Cluster_DiscoveryType } from '../../xds/proto/generated/envoy/config/cluster/v3/cluster.ts';
import { Listener } from '../../xds/proto/generated/envoy/config/listener/v3/listener.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { clusterName } from './plain-listener.ts';
import { createFiles, startStaticEnvoy } from './static-envoy.ts';

/** A listener without scopes: all virtual hosts in one table, as Envoy has always chosen among them. */
function tableListener(port: number, graph: Graph): Uint8Array {
  const hosts = [...graph.hosts.values()].filter(({ routes }) => routes.length > 0);
  const value = {
    name: 'all',
    virtualHosts: hosts.map(({ host, routes }) => emitVirtualHost(host, routes, clusterName)),
    ignorePortInHostMatching: true,
    requestHeadersToRemove: [scopeHeader],
  };
  const manager = httpConnectionManager(
    {
      statPrefix: 'table',
      routeSpecifier: { $case: 'routeConfig', value },
      httpFilters: [...httpsFilters],
      upgradeConfigs: [{ upgradeType: 'websocket' }],
    },
    null,
  );
  const address = socketAddress('127.0.0.1', port);
  return Listener.encode({ name: 'table', address, filterChains: [{ filters: [manager] }] }).finish();
}

/** With its endpoints inside: an Envoy without a controller has nobody to ask for them. */
function staticCluster(name: string, endpoints: Endpoints | undefined): Uint8Array {
  const loadAssignment = endpoints === undefined ? undefined : emitEndpoints(endpoints.key, endpoints.ready);
  const type = { $case: 'type' as const, value: Cluster_DiscoveryType.STATIC };
  return Cluster.encode({
    name,
    clusterDiscoveryType: type,
    connectTimeout: { seconds: 2 },
    ...(loadAssignment && { loadAssignment }),
  }).finish();
}

function targetsOf(graph: Graph): ReadonlyMap<string, ServiceTarget> {
  const actions = [...graph.hosts.values()].flatMap(({ routes }) => routes.map(({ action }) => action));
  const backends = actions.flatMap((action) => (action.type === 'Forward' ? action.backends : []));
  return new Map(backends.map(({ target }) => [clusterName(target), target]));
}

/** Starts an Envoy that serves plain HTTP of the graph from one table. Returns how to stop it. */
export async function startOneTable(port: number, graph: Graph): Promise<() => Promise<void>> {
  const files = await createFiles();
  const clusters = [...targetsOf(graph)].map(([name, { endpoints }]) =>
    staticCluster(name, graph.endpoints.get(endpoints)),
  );
  await files.write(typeUrl.cluster, clusters);
  await files.write(typeUrl.listener, [tableListener(port, graph)]);
  const stop = await startStaticEnvoy(files, port);
  return async () => {
    await stop();
    await files.close();
  };
}
