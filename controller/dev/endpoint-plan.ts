import { isIPv6 } from 'node:net';
import type { EndpointSlice, Service, ServicePort } from '../../routing/objects/kubernetes-object.ts';
import type { BackendOverride } from './backends.ts';

export interface EndpointPlan {
  readonly service: Service | null;
  /** What the user's input holds for the Service. */
  readonly slices: readonly EndpointSlice[];
  readonly overrides: readonly BackendOverride[];
  /** The echo listener of a Service port on 127.0.0.1; null where there is none. */
  readonly echoPort: (port: ServicePort) => number | null;
}

function overrideOf(plan: EndpointPlan, port: ServicePort): BackendOverride | undefined {
  const { overrides } = plan;
  return (
    overrides.find((each) => each.servicePort === port.port) ?? overrides.find((each) => each.servicePort === null)
  );
}

/** No Kubernetes name holds a `~`, so no object of the user's can be meant. */
function sliceFor(service: Service, port: ServicePort, origin: string, address: string, target: number): EndpointSlice {
  const { namespace, name } = service.metadata;
  return {
    kind: 'EndpointSlice',
    metadata: {
      namespace,
      name: `${name}~${origin}~${port.port}`,
      generation: 0,
      creationTimestamp: null,
      annotations: new Map(),
    },
    problems: [],
    service: name,
    addressType: isIPv6(address) ? 'IPv6' : 'IPv4',
    ports: [{ name: port.name, port: target, protocol: 'TCP' }],
    endpoints: [{ addresses: [address], ready: true }],
  };
}

/** The ports of a Service for which echo answers: it exists, has endpoints of its own nowhere, and names no other place. */
export function echoedPorts(plan: Omit<EndpointPlan, 'echoPort'>): readonly ServicePort[] {
  const { service, slices } = plan;
  if (service === null || slices.length > 0 || service.spec.type === 'ExternalName') return [];
  return service.spec.ports.filter(
    (port) => port.protocol === 'TCP' && overrideOf({ ...plan, echoPort: () => null }, port) === undefined,
  );
}

/** The slices that the world is told for one Service, in place of the user's. */
export function planEndpoints(plan: EndpointPlan): readonly EndpointSlice[] {
  const { service } = plan;
  if (service === null) return plan.slices;
  const added: EndpointSlice[] = [];
  const overridden = new Set<string>();
  for (const port of service.spec.ports) {
    const override = overrideOf(plan, port);
    if (override === undefined) continue;
    overridden.add(port.name);
    added.push(sliceFor(service, port, 'backend', override.host, override.port));
  }
  for (const port of echoedPorts(plan)) {
    const target = plan.echoPort(port);
    if (target !== null) added.push(sliceFor(service, port, 'echo', '127.0.0.1', target));
  }
  return [...without(plan.slices, overridden), ...added];
}

function without(slices: readonly EndpointSlice[], portNames: ReadonlySet<string>): readonly EndpointSlice[] {
  if (portNames.size === 0) return slices;
  return slices.map((slice) => ({ ...slice, ports: slice.ports.filter((port) => !portNames.has(port.name)) }));
}
