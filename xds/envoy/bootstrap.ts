import type { Dialect } from '../snapshot/resource.ts';
import { adminCluster, type OperatorListeners, operatorListeners } from './bootstrap/operator-listeners.ts';
import { defaultOverloadLimits, type OverloadLimits, overloadManager } from './bootstrap/overload.ts';
import { adminAddress, isNamed, jsonAddress, type Place } from './bootstrap/place.ts';
import { type MutualTls, mutualTls } from './bootstrap/tls.ts';
import { runtimeName } from './names.ts';
import { defaultEnvoySettings } from './settings.ts';

/** How Envoy resolves the controller's name, in Envoy's own words. */
export type DnsLookupFamily = 'AUTO' | 'V4_ONLY' | 'V6_ONLY' | 'ALL';

export interface BootstrapOptions {
  readonly xds: Place;
  readonly admin: Place;
  /** Null where Envoy's command line says who it is (`--service-node`, `--service-cluster`). */
  readonly node?: { readonly id: string; readonly cluster: string } | null;
  /** Where its Pod is reached, for the controller to know; absent where it may find out by itself. */
  readonly podIp?: string;
  /** The name of the static cluster; the resources on the wire must say the same. */
  readonly xdsCluster?: string;
  /** The same in statistics. */
  readonly xdsStatName?: string;
  readonly dialect?: Dialect;
  readonly dnsLookupFamily?: DnsLookupFamily;
  /** Absent means plain text. */
  readonly tls?: MutualTls;
  readonly limits?: OverloadLimits;
  /** Absent means none. */
  readonly listeners?: OperatorListeners;
}

/** Where an Envoy's metadata has the IP address of its Pod. */
export const podIpKey = 'kubectl-contour.io/pod-ip';

/**
 * What an Envoy starts with, ready for JSON.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/bootstrap/v3/bootstrap.proto
 */
export function bootstrap(options: BootstrapOptions): object {
  const { admin, listeners, limits = defaultOverloadLimits } = options;
  const { xdsCluster = defaultEnvoySettings.xdsCluster, dialect = 'ads-delta' } = options;
  const source = jsonSource(dialect, xdsCluster);
  return {
    ...nodeOf(options),
    admin: { address: adminAddress(admin) },
    dynamic_resources: {
      ...(isAggregated(dialect) ? { ads_config: grpcSource(dialect, xdsCluster) } : {}),
      cds_config: source,
      lds_config: source,
    },
    static_resources: {
      ...(listeners === undefined ? {} : { listeners: operatorListeners(listeners) }),
      clusters: [contourCluster(xdsCluster, options), ...(listeners === undefined ? [] : [adminCluster(admin)])],
    },
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
    overload_manager: overloadManager(limits),
  };
}

function nodeOf({ node = { id: 'envoy', cluster: 'contour' }, podIp }: BootstrapOptions): object {
  if (podIp === undefined) return node === null ? {} : { node };
  return { node: { ...node, metadata: { [podIpKey]: podIp } } };
}

const isAggregated = (dialect: Dialect): boolean => dialect === 'ads-delta' || dialect === 'ads-sotw';

/** An Envoy that has been told nothing yet waits, however long it takes: it would be ready, and refuse every client. */
function jsonSource(dialect: Dialect, xdsCluster: string): object {
  return {
    resource_api_version: 'V3',
    initial_fetch_timeout: '0s',
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

function contourCluster(
  xdsCluster: string,
  { xds, tls, xdsStatName, dnsLookupFamily = 'AUTO' }: BootstrapOptions,
): object {
  return {
    name: xdsCluster,
    ...(xdsStatName === undefined ? {} : { alt_stat_name: xdsStatName }),
    ...(isNamed(xds) ? { type: 'STRICT_DNS', dns_lookup_family: dnsLookupFamily } : { type: 'STATIC' }),
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
