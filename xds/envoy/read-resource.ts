import { Cluster } from '../proto/generated/envoy/config/cluster/v3/cluster.ts';
import { ClusterLoadAssignment } from '../proto/generated/envoy/config/endpoint/v3/endpoint.ts';
import { Listener } from '../proto/generated/envoy/config/listener/v3/listener.ts';
import { RouteConfiguration } from '../proto/generated/envoy/config/route/v3/route.ts';
import { FilterConfig } from '../proto/generated/envoy/config/route/v3/route_components.ts';
import { ScopedRouteConfiguration } from '../proto/generated/envoy/config/route/v3/scoped_route.ts';
import { FileAccessLog } from '../proto/generated/envoy/extensions/access_loggers/file/v3/file.ts';
import { Lua } from '../proto/generated/envoy/extensions/filters/http/lua/v3/lua.ts';
import { Router } from '../proto/generated/envoy/extensions/filters/http/router/v3/router.ts';
import { ProxyProtocol } from '../proto/generated/envoy/extensions/filters/listener/proxy_protocol/v3/proxy_protocol.ts';
import { TlsInspector } from '../proto/generated/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.ts';
import { HttpConnectionManager } from '../proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';
import { HeaderMutation } from '../proto/generated/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation.ts';
import {
  DownstreamTlsContext,
  UpstreamTlsContext,
} from '../proto/generated/envoy/extensions/transport_sockets/tls/v3/tls.ts';
import { HttpProtocolOptions } from '../proto/generated/envoy/extensions/upstreams/http/v3/http_protocol_options.ts';
import { Runtime } from '../proto/generated/envoy/service/runtime/v3/rtds.ts';
import { typeUrl, type Resource } from '../snapshot/resource.ts';

type ToJson = (bytes: Uint8Array) => object;

interface Codec<T> {
  decode(bytes: Uint8Array): T;
  toJSON(message: T): unknown;
}

function reader<T>(codec: Codec<T>): ToJson {
  return (bytes) => codec.toJSON(codec.decode(bytes)) as object;
}

/** Every message that is put on the wire, by its full name. Secrets are not among them. */
const readers: ReadonlyMap<string, ToJson> = new Map([
  [typeUrl.cluster, reader(Cluster)],
  [typeUrl.endpoints, reader(ClusterLoadAssignment)],
  [typeUrl.listener, reader(Listener)],
  [typeUrl.scopedRoute, reader(ScopedRouteConfiguration)],
  [typeUrl.route, reader(RouteConfiguration)],
  [typeUrl.runtime, reader(Runtime)],
  ...Object.entries({
    'envoy.config.route.v3.FilterConfig': reader(FilterConfig),
    'envoy.extensions.access_loggers.file.v3.FileAccessLog': reader(FileAccessLog),
    'envoy.extensions.filters.http.lua.v3.Lua': reader(Lua),
    'envoy.extensions.filters.http.router.v3.Router': reader(Router),
    'envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol': reader(ProxyProtocol),
    'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector': reader(TlsInspector),
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager': reader(HttpConnectionManager),
    'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation': reader(HeaderMutation),
    'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext': reader(DownstreamTlsContext),
    'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext': reader(UpstreamTlsContext),
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': reader(HttpProtocolOptions),
  }).map(([name, read]) => [`type.googleapis.com/${name}`, read] as const),
]);

/** Turns base64 into bytes; this folder has no way of its own. */
export type FromBase64 = (text: string) => Uint8Array;

/** Opens every packed message inside, as Envoy's own config dump does. */
function unpacked(value: unknown, fromBase64: FromBase64): unknown {
  if (Array.isArray(value)) return value.map((item) => unpacked(item, fromBase64));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  const { typeUrl: name, value: bytes = '' } = fields;
  const read = typeof name === 'string' && typeof bytes === 'string' ? readers.get(name) : undefined;
  const inner = read === undefined ? fields : { '@type': name, ...read(fromBase64(bytes as string)) };
  return Object.fromEntries(Object.entries(inner).map(([key, field]) => [key, unpacked(field, fromBase64)]));
}

/** A resource as JSON in protobuf's spelling. Of a Secret there is only its name. */
export function readResource({ type, name, bytes }: Resource, fromBase64: FromBase64): object {
  const read = readers.get(type);
  if (read === undefined) return { name, tlsCertificate: { certificateChain: '[redacted]', privateKey: '[redacted]' } };
  return unpacked(read(bytes), fromBase64) as object;
}
