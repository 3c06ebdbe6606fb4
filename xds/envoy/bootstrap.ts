import type { Dialect } from '../snapshot/resource.ts';
import { runtimeName } from './names.ts';
import { defaultEnvoySettings } from './settings.ts';

/** A Unix socket, or an IP address or DNS name with a port. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** PEM files for mutual TLS. */
export interface MutualTls {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export interface BootstrapOptions {
  readonly xds: Place;
  readonly admin: Place;
  readonly nodeId?: string;
  readonly nodeCluster?: string;
  /** The name of the static cluster; the resources on the wire must say the same. */
  readonly xdsCluster?: string;
  readonly dialect?: Dialect;
  /** Absent means plain text. */
  readonly tls?: MutualTls;
}

/**
 * What an Envoy starts with, ready for JSON.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto
 */
export function bootstrap(options: BootstrapOptions): object {
  const { xds, admin, nodeId = 'envoy', nodeCluster = 'contour', tls } = options;
  const { xdsCluster = defaultEnvoySettings.xdsCluster, dialect = 'ads-delta' } = options;
  const source = jsonSource(dialect, xdsCluster);
  return {
    node: { id: nodeId, cluster: nodeCluster },
    admin: { address: jsonAddress(admin) },
    dynamic_resources: {
      ...(isAggregated(dialect) ? { ads_config: grpcSource(dialect, xdsCluster) } : {}),
      cds_config: source,
      lds_config: source,
    },
    static_resources: { clusters: [contourCluster(xdsCluster, xds, tls)] },
    layered_runtime: {
      layers: [
        { name: runtimeName, rtds_layer: { name: runtimeName, rtds_config: source } },
        { name: 'admin', admin_layer: {} },
      ],
    },
    default_regex_engine: {
      name: 'envoy.regex_engines.google_re2',
      typed_config: { '@type': 'type.googleapis.com/envoy.extensions.regex_engines.v3.GoogleRE2' },
    },
    overload_manager: { resource_monitors: [connectionLimit] },
  };
}

/** Below the usual limit on open files, so that Envoy refuses connections before the kernel refuses it anything. */
const connectionLimit = {
  name: 'envoy.resource_monitors.global_downstream_max_connections',
  typed_config: {
    '@type':
      'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
    max_active_downstream_connections: 50_000,
  },
};

const isAggregated = (dialect: Dialect): boolean => dialect === 'ads-delta' || dialect === 'ads-sotw';

function jsonSource(dialect: Dialect, xdsCluster: string): object {
  return {
    resource_api_version: 'V3',
    ...(isAggregated(dialect) ? { ads: {} } : { api_config_source: grpcSource(dialect, xdsCluster) }),
  };
}

function grpcSource(dialect: Dialect, xdsCluster: string): object {
  return {
    api_type: dialect === 'ads-delta' || dialect === 'delta' ? 'DELTA_GRPC' : 'GRPC',
    transport_api_version: 'V3',
    set_node_on_first_message_only: true,
    grpc_services: [{ envoy_grpc: { cluster_name: xdsCluster, retry_policy: { retry_back_off: retryBackOff } } }],
  };
}

/**
 * Envoy doubles its pause with each stream that ends before it brought a message, up to 30 s, and an Envoy that
 * has everything is sent none: a few restarts of a controller in a quiet hour would leave it deaf for as long.
 */
const retryBackOff = { base_interval: '0.5s', max_interval: '3s' };

function contourCluster(xdsCluster: string, xds: Place, tls: MutualTls | undefined): object {
  return {
    name: xdsCluster,
    type: 'host' in xds && !isIp(xds.host) ? 'STRICT_DNS' : 'STATIC',
    connect_timeout: '5s',
    load_assignment: {
      cluster_name: xdsCluster,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: jsonAddress(xds) } }] }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        // Finds a controller that is gone without a word, also where there is no TCP.
        explicit_http_config: { http2_protocol_options: { connection_keepalive: { interval: '30s', timeout: '20s' } } },
      },
    },
    ...('host' in xds
      ? {
          upstream_connection_options: {
            tcp_keepalive: { keepalive_probes: 3, keepalive_time: 30, keepalive_interval: 5 },
          },
        }
      : {}),
    ...(tls === undefined ? {} : { transport_socket: mutualTls(tls) }),
  };
}

function mutualTls({ ca, certificate, key }: MutualTls): object {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: 'TLSv1_3', tls_maximum_protocol_version: 'TLSv1_3' },
        tls_certificates: [{ certificate_chain: { filename: certificate }, private_key: { filename: key } }],
        validation_context: {
          trusted_ca: { filename: ca },
          // The name that Contour's certificates carry.
          match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'contour' } }],
        },
      },
    },
  };
}

function jsonAddress(place: Place): object {
  return 'path' in place
    ? { pipe: { path: place.path } }
    : { socket_address: { address: place.host, port_value: place.port } };
}

const isIp = (host: string): boolean => /^[0-9.]+$/.test(host) || host.includes(':');
