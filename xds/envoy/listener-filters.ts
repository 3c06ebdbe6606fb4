import type { ListenerFilter } from '../proto/generated/envoy/config/listener/v3/listener_components.ts';
import { ProxyProtocol } from '../proto/generated/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol.ts';
import { TlsInspector } from '../proto/generated/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.ts';
import { packed } from './any.ts';
import type { EnvoySettings } from './settings.ts';

/** Reads the name that a handshake asks for. */
export const tlsInspector: ListenerFilter = {
  name: 'envoy.filters.listener.tls_inspector',
  configType: {
    $case: 'typedConfig',
    value: packed('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector', TlsInspector, {}),
  },
};

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/listener_filters/proxy_protocol */
const proxyProtocol: ListenerFilter = {
  name: 'envoy.filters.listener.proxy_protocol',
  configType: {
    $case: 'typedConfig',
    value: packed('envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol', ProxyProtocol, {}),
  },
};

/** What reads the first bytes of a connection, before anything that reads those of TLS or HTTP. */
export function connectionFilters({ useProxyProtocol }: EnvoySettings): readonly ListenerFilter[] {
  return useProxyProtocol ? [proxyProtocol] : [];
}
