import type { DumpPages } from './read-dump.ts';

/**
 * Where an Envoy tells it: parts of its config dump one by one, so that it never tells Secrets, nor what nobody reads.
 * https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--config_dump
 */
export const dumpPaths: Readonly<Record<keyof DumpPages, string>> = {
  scopes: '/config_dump?resource=dynamic_scoped_route_configs',
  routes: '/config_dump?resource=dynamic_route_configs',
  clusters:
    '/config_dump?resource=dynamic_active_clusters&mask=cluster.name,cluster.alt_stat_name,cluster.eds_cluster_config.service_name',
  endpoints: '/config_dump?resource=dynamic_endpoint_configs&include_eds',
  listeners: '/config_dump?resource=dynamic_listeners',
};

/** The version of an Envoy, of what it says at `/server_info`; null where that is not what an Envoy says. */
export function envoyVersion(info: unknown): string | null {
  const version = typeof info === 'object' && info !== null && 'version' in info ? String(info.version) : '';
  return /^[0-9a-f]+\/([^/]+)\//.exec(version)?.[1] ?? null;
}
