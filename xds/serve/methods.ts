import type { ServiceDefinition } from '@grpc/grpc-js';
import type { Mode } from '../snapshot/messages.ts';
import { typeUrl, type Dialect, type TypeUrl } from '../snapshot/resource.ts';

/** One streaming method of a discovery service. */
export interface Method {
  readonly path: string;
  readonly mode: Mode;
  /** What a stream of this method carries; null: every type, side by side. */
  readonly type: TypeUrl | null;
}

const service = (name: string, type: TypeUrl | null, sotw: string, delta: string): readonly Method[] => [
  { path: `/${name}/${sotw}`, mode: 'sotw', type },
  { path: `/${name}/${delta}`, mode: 'delta', type },
];

/** https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#rpc-services-and-methods-for-each-variant */
export const methods: readonly Method[] = [
  service(
    'envoy.service.discovery.v3.AggregatedDiscoveryService',
    null,
    'StreamAggregatedResources',
    'DeltaAggregatedResources',
  ),
  service('envoy.service.cluster.v3.ClusterDiscoveryService', typeUrl.cluster, 'StreamClusters', 'DeltaClusters'),
  service('envoy.service.endpoint.v3.EndpointDiscoveryService', typeUrl.endpoints, 'StreamEndpoints', 'DeltaEndpoints'),
  service('envoy.service.listener.v3.ListenerDiscoveryService', typeUrl.listener, 'StreamListeners', 'DeltaListeners'),
  service('envoy.service.route.v3.RouteDiscoveryService', typeUrl.route, 'StreamRoutes', 'DeltaRoutes'),
  service(
    'envoy.service.route.v3.ScopedRoutesDiscoveryService',
    typeUrl.scopedRoute,
    'StreamScopedRoutes',
    'DeltaScopedRoutes',
  ),
  service('envoy.service.secret.v3.SecretDiscoveryService', typeUrl.secret, 'StreamSecrets', 'DeltaSecrets'),
  service('envoy.service.runtime.v3.RuntimeDiscoveryService', typeUrl.runtime, 'StreamRuntime', 'DeltaRuntime'),
].flat();

export const dialectOf = ({ mode, type }: Method): Dialect => {
  if (type === null) return mode === 'delta' ? 'ads-delta' : 'ads-sotw';
  return mode === 'delta' ? 'delta' : 'sotw';
};

const asIs = (bytes: Buffer): Buffer => bytes;

/** All methods as one definition. Messages pass as bytes: what a resource is made of is nobody's business here. */
export const definition: ServiceDefinition = Object.fromEntries(
  methods.map(({ path }) => [
    path,
    {
      path,
      requestStream: true,
      responseStream: true,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]),
);
