import type { ServiceTarget } from '../../routing/graph/graph.ts';
import {
  Cluster_DiscoveryType as DiscoveryType,
  type Cluster,
} from '../proto/generated/envoy/config/cluster/v3/cluster.ts';
import type { TransportSocket } from '../proto/generated/envoy/config/core/v3/base.ts';
import type { ConfigSource } from '../proto/generated/envoy/config/core/v3/config_source.ts';
import { UpstreamTlsContext } from '../proto/generated/envoy/extensions/transport_sockets/tls/v3/tls.ts';
import { HttpProtocolOptions } from '../proto/generated/envoy/extensions/upstreams/http/v3/http_protocol_options.ts';
import { packed } from './any.ts';
import { statName } from './names.ts';

const httpOptionsType = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

const http2Options = new Map([
  [
    httpOptionsType,
    packed(httpOptionsType, HttpProtocolOptions, {
      upstreamProtocolOptions: {
        $case: 'explicitHttpConfig',
        value: { protocolConfig: { $case: 'http2ProtocolOptions', value: {} } },
      },
    }),
  ],
]);

/** @param endpointsSource patient: a cluster without its endpoints would answer 503 */
export function emitCluster(name: string, target: ServiceTarget, endpointsSource: ConfigSource): Cluster {
  const { protocol } = target;
  return {
    name,
    altStatName: statName(target),
    clusterDiscoveryType: { $case: 'type', value: DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: endpointsSource, serviceName: target.endpoints },
    connectTimeout: { seconds: 2 },
    // Endpoints that are not ready are not sent at all, so a bad share of them is no reason to panic.
    commonLbConfig: { healthyPanicThreshold: { value: 0 } },
    ...(protocol === 'h2' || protocol === 'h2c' ? { typedExtensionProtocolOptions: http2Options } : {}),
    ...(protocol === 'h2' ? { transportSocket: tls(['h2']) } : {}),
    ...(protocol === 'tls' ? { transportSocket: tls([]) } : {}),
  };
}

function tls(alpnProtocols: string[]): TransportSocket {
  const typeName = 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext';
  const value = packed(typeName, UpstreamTlsContext, { commonTlsContext: { alpnProtocols } });
  return { name: 'envoy.transport_sockets.tls', configType: { $case: 'typedConfig', value } };
}
