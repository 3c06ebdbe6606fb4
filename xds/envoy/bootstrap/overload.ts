export interface OverloadLimits {
  /** Bytes of Envoy's heap at which it gives up the rest; null for no bound. */
  readonly maxHeap: number | null;
  /** Connections of clients that it holds at once; null for no bound. */
  readonly maxConnections: number | null;
}

/** Below the usual limit on open files, so that Envoy refuses connections before the kernel refuses it anything. */
export const defaultOverloadLimits: OverloadLimits = { maxHeap: null, maxConnections: 50_000 };

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/overload_manager/overload_manager */
export function overloadManager({ maxHeap, maxConnections }: OverloadLimits): object {
  return {
    ...(maxHeap === null ? {} : { refresh_interval: '0.250s' }),
    resource_monitors: [
      ...(maxHeap === null ? [] : [heapMonitor(maxHeap)]),
      ...(maxConnections === null ? [] : [connectionMonitor(maxConnections)]),
    ],
    ...(maxHeap === null ? {} : { actions: heapActions }),
  };
}

const heap = 'envoy.resource_monitors.fixed_heap';

const heapMonitor = (bytes: number): object => ({
  name: heap,
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig',
    max_heap_size_bytes: bytes,
  },
});

const heapAction = (name: string, value: number): object => ({
  name: `envoy.overload_actions.${name}`,
  triggers: [{ name: heap, threshold: { value } }],
});

/** Contour's thresholds. */
const heapActions = [heapAction('shrink_heap', 0.95), heapAction('stop_accepting_requests', 0.98)];

const connectionMonitor = (count: number): object => ({
  name: 'envoy.resource_monitors.global_downstream_max_connections',
  typed_config: {
    '@type':
      'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
    max_active_downstream_connections: count,
  },
});
