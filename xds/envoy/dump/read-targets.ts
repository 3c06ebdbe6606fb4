import type { Endpoint, Endpoints, EndpointsKey, ServiceTarget } from '../../../routing/graph/graph.ts';
import { fieldAt, listAt, numberAt, textAt } from '../json.ts';
import type { TargetOf } from './read-action.ts';

/** By what the clusters say of themselves; one that is gone by now, or told nothing, by its name. */
export function readTargets(clusters: readonly unknown[]): TargetOf {
  const found = new Map<string, ServiceTarget>();
  for (const each of clusters) {
    const cluster = fieldAt(each, 'cluster');
    const name = textAt(cluster, 'name');
    const endpoints = textAt(fieldAt(cluster, 'eds_cluster_config'), 'service_name') || name;
    const target =
      namedBy(textAt(cluster, 'alt_stat_name').split('_'), endpoints) ?? namedBy(name.split('/'), endpoints);
    if (target !== null) found.set(name, target);
  }
  return (cluster) => found.get(cluster) ?? namedBy(cluster.split('/'), cluster);
}

/**
 * Namespace, Service and port, as `statName` writes them (no name in Kubernetes holds a `_`), and as the name of a cluster
 * begins. Contour cuts long names of clusters, and never what they are called in statistics.
 */
function namedBy([namespace = '', name = '', port = '']: readonly string[], endpoints: string): ServiceTarget | null {
  if (namespace === '' || name === '' || !/^[0-9]{1,5}$/.test(port) || Number(port) < 1) return null;
  // How the backend speaks decides nothing about who it is.
  return { namespace, name, port: Number(port), endpoints: endpoints as EndpointsKey, protocol: null };
}

/** As an Envoy has them: it is told of those that are ready, and where it checks them itself, it knows better. */
export function readEndpoints(assignments: readonly unknown[]): ReadonlyMap<EndpointsKey, Endpoints> {
  const all = assignments.map((each): Endpoints => {
    const assignment = fieldAt(each, 'endpoint_config');
    const hosts = (listAt(assignment, 'endpoints') ?? []).flatMap((locality) => listAt(locality, 'lb_endpoints') ?? []);
    const ready = hosts.filter((host) => serving.has(textAt(host, 'health_status'))).map(addressOf);
    return { key: textAt(assignment, 'cluster_name') as EndpointsKey, ready, total: hosts.length, known: true };
  });
  return new Map(all.map((each) => [each.key, each]));
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/health_check.proto#enum-config-core-v3-healthstatus */
const serving: ReadonlySet<string> = new Set(['', 'UNKNOWN', 'HEALTHY', 'DEGRADED']);

function addressOf(host: unknown): Endpoint {
  const address = fieldAt(fieldAt(fieldAt(host, 'endpoint'), 'address'), 'socket_address');
  return { address: textAt(address, 'address'), port: numberAt(address, 'port_value') };
}
