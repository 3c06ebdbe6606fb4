import { jsonAddress, type Place } from './place.ts';

/** Listeners for those who run Envoy. Both show parts of the admin interface and change nothing. */
export interface OperatorListeners {
  /** Probes and metrics. */
  readonly stats: Place;
  /** What a person looks at through a port-forward; for loopback only. */
  readonly admin: Place;
}

/** Where metrics are, and a controller looks for them. */
export const statisticsPort = 8002;

/** Contour's places. */
export const defaultOperatorListeners: OperatorListeners = {
  stats: { host: '0.0.0.0', port: statisticsPort },
  admin: { host: '127.0.0.1', port: 9001 },
};

/** Contour's names, which keep them out of the count of open connections while an Envoy drains. */
const adminName = 'envoy-admin';
const statsName = 'stats-health';

const statsPaths = ['/ready', '/stats', '/stats/prometheus'];
const adminPaths = [
  '/certs',
  '/clusters',
  '/config_dump',
  '/listeners',
  '/memory',
  '/ready',
  '/runtime',
  '/server_info',
  '/stats',
  '/stats/prometheus',
  '/stats/recentlookups',
];

/** The cluster through which the listeners reach the admin interface. */
export function adminCluster(admin: Place): object {
  return {
    name: adminName,
    type: 'STATIC',
    connect_timeout: '0.250s',
    load_assignment: {
      cluster_name: adminName,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: jsonAddress(admin) } }] }],
    },
  };
}

export function operatorListeners({ stats, admin }: OperatorListeners): readonly object[] {
  return [listener(statsName, stats, statsPaths), listener(adminName, admin, adminPaths)];
}

function listener(name: string, place: Place, paths: readonly string[]): object {
  return {
    name,
    address: jsonAddress(place),
    // A flood of clients must not make an Envoy look dead to its probe.
    ignore_global_conn_limit: true,
    filter_chains: [{ filters: [manager(name, paths)] }],
  };
}

function manager(name: string, paths: readonly string[]): object {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: name,
      normalize_path: true,
      common_http_protocol_options: { idle_timeout: '60s' },
      request_headers_timeout: '10s',
      route_config: { name, virtual_hosts: [{ name, domains: ['*'], routes: paths.map(read) }] },
      http_filters: [
        {
          name: 'envoy.filters.http.router',
          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
        },
      ],
    },
  };
}

/** The admin interface changes state on POST alone. https://www.envoyproxy.io/docs/envoy/latest/operations/admin */
const read = (path: string): object => ({
  match: { path, headers: [{ name: ':method', string_match: { exact: 'GET' } }] },
  route: { cluster: adminName },
});
