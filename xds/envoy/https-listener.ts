import type { HostGraph, HostName, SecureHost } from '../../routing/graph/graph.ts';
import type { TransportSocket } from '../proto/generated/envoy/config/core/v3/base.ts';
import type { ConfigSource } from '../proto/generated/envoy/config/core/v3/config_source.ts';
import type { Listener } from '../proto/generated/envoy/config/listener/v3/listener.ts';
import type { FilterChain } from '../proto/generated/envoy/config/listener/v3/listener_components.ts';
import { TlsParameters_TlsProtocol as TlsProtocol } from '../proto/generated/envoy/extensions/transport_sockets/tls/v3/common.ts';
import { DownstreamTlsContext } from '../proto/generated/envoy/extensions/transport_sockets/tls/v3/tls.ts';
import { socketAddress } from './address.ts';
import { packed } from './any.ts';
import { httpsFilters, httpsWildcardFilters } from './filters/order.ts';
import { httpConnectionManager } from './http-connection-manager.ts';
import { connectionFilters, tlsInspector } from './listener-filters.ts';
import { httpsRoutesName, listenerName } from './names.ts';
import type { EnvoySettings } from './settings.ts';

/** How a host is served behind TLS, or null. No client can shake hands for every other name. */
export const secureOf = ({ host, secure }: HostGraph): SecureHost | null => (host === '*' ? null : secure);

/** `chains` in the order of their hosts' names: that makes the bytes the same on every replica. */
export function emitHttpsListener(settings: EnvoySettings, chains: readonly FilterChain[]): Listener {
  const { https } = settings;
  return {
    name: listenerName.https,
    address: socketAddress(https.address, https.port),
    listenerFilters: [...connectionFilters(settings), tlsInspector],
    filterChains: [...chains],
  };
}

/** @param source where routes and certificate are found */
export function emitFilterChain(
  host: HostName,
  secure: SecureHost,
  source: ConfigSource,
  { accessLog }: EnvoySettings,
): FilterChain {
  const rds = { configSource: source, routeConfigName: httpsRoutesName(host) };
  const manager = {
    statPrefix: listenerName.https,
    routeSpecifier: { $case: 'rds' as const, value: rds },
    httpFilters: [...(host.startsWith('*.') ? httpsWildcardFilters : httpsFilters)],
  };
  return {
    name: host,
    filterChainMatch: { serverNames: [host] },
    filters: [httpConnectionManager(manager, accessLog)],
    transportSocket: downstreamTls(secure, source),
  };
}

const protocols = { '1.2': TlsProtocol.TLSv1_2, '1.3': TlsProtocol.TLSv1_3 } as const;

function downstreamTls(secure: SecureHost, source: ConfigSource): TransportSocket {
  const typeName = 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext';
  const value = packed(typeName, DownstreamTlsContext, {
    commonTlsContext: {
      tlsParams: {
        tlsMinimumProtocolVersion: protocols[secure.minimumProtocolVersion],
        tlsMaximumProtocolVersion: protocols[secure.maximumProtocolVersion],
      },
      tlsCertificateSdsSecretConfigs: [{ name: secretKey(secure), sdsConfig: source }],
      alpnProtocols: ['h2', 'http/1.1'],
    },
  });
  return { name: 'envoy.transport_sockets.tls', configType: { $case: 'typedConfig', value } };
}

/** The key of a host's Secret in the graph, and its name on the wire. */
export const secretKey = ({ secret }: SecureHost): string => `${secret.namespace}/${secret.name}`;
