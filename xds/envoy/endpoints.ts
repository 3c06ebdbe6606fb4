import type { Endpoint, EndpointsKey } from '../../routing/graph/graph.ts';
import type { ClusterLoadAssignment } from '../proto/generated/envoy/config/endpoint/v3/endpoint.ts';
import type { LbEndpoint } from '../proto/generated/envoy/config/endpoint/v3/endpoint_components.ts';
import { socketAddress } from './address.ts';

/** An empty list is an answer too: Envoy keeps a cluster warming until it gets one. */
export function emitEndpoints(key: EndpointsKey, ready: readonly Endpoint[]): ClusterLoadAssignment {
  return { clusterName: key, endpoints: ready.length === 0 ? [] : [{ lbEndpoints: ready.map(lbEndpoint) }] };
}

function lbEndpoint({ address, port }: Endpoint): LbEndpoint {
  return { hostIdentifier: { $case: 'endpoint', value: { address: socketAddress(address, port) } } };
}
