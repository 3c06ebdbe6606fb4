/** A Unix socket, or an IP address or DNS name with a port. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/address.proto */
export function jsonAddress(place: Place): object {
  return 'path' in place
    ? { pipe: { path: place.path } }
    : { socket_address: { address: place.host, port_value: place.port } };
}

/** Who may write to the socket may stop Envoy, so nobody but its own user may. */
export function adminAddress(place: Place): object {
  return 'path' in place ? { pipe: { path: place.path, mode: 0o600 } } : jsonAddress(place);
}

/** Whether Envoy has to ask DNS for it. */
export const isNamed = (place: Place): boolean => 'host' in place && !isIp(place.host);

const isIp = (host: string): boolean => /^[0-9.]+$/.test(host) || host.includes(':');
