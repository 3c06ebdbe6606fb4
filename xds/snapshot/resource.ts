/** Type URLs of the resources this project serves. https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol */
export const typeUrl = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoints: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  secret: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  scopedRoute: 'type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration',
  route: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  runtime: 'type.googleapis.com/envoy.service.runtime.v3.Runtime',
} as const;

export type TypeUrl = (typeof typeUrl)[keyof typeof typeUrl];

/**
 * How one Envoy asks, which decides how resources refer to each other: `ads` says where the reference
 * points (the aggregated stream, or a stream of its own per type), `delta` whether routes are inlined in
 * their scope (delta) or referred to by name (state of the world).
 */
export type Dialect = 'ads-delta' | 'ads-sotw' | 'delta' | 'sotw';

/** One versioned message. The same content has the same version on every replica. */
export interface Resource {
  readonly type: TypeUrl;
  readonly name: string;
  /** Hash of `bytes`. */
  readonly version: string;
  /** The encoded message, without its `Any`. */
  readonly bytes: Uint8Array;
  /** Clusters this resource sends traffic to: it may not reach an Envoy before that Envoy accepted them. */
  readonly needs: readonly string[];
  /** For a cluster: the endpoint resources that must follow it at once, or Envoy keeps it warming. */
  readonly warms: readonly string[];
  /** It may not reach an Envoy before that Envoy has answered all there is of this type. */
  readonly follows?: TypeUrl;
}

/** What moved between two worlds of one dialect. No name appears twice. */
export interface WorldChange {
  readonly upserts: readonly Resource[];
  readonly removals: readonly { readonly type: TypeUrl; readonly name: string }[];
}
