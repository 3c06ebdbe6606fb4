import type { EndpointSlice } from '../objects/kubernetes-object.ts';
import type { Reader } from '../store/reader.ts';
import { wasRead } from './absence.ts';
import type { Endpoint, Endpoints, EndpointsKey } from './graph.ts';
import type { CompileSettings } from './settings.ts';

/** Gathers where a Service port's traffic goes from the Service's slices. */
export function buildEndpoints(reader: Reader, key: EndpointsKey, settings: CompileSettings): Endpoints {
  const [namespace = '', service = '', port = ''] = key.split('/');
  const slices = reader.slices(namespace, service);
  const all = new Map<string, Endpoint>();
  const ready = new Map<string, Endpoint>();
  for (const slice of slices) {
    for (const { endpoint, isReady } of endpointsOf(slice, port)) {
      const text = `${endpoint.address} ${endpoint.port}`;
      all.set(text, endpoint);
      if (isReady) ready.set(text, endpoint);
    }
  }
  const sorted = [...ready].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, endpoint]) => endpoint);
  const isWhole = settings.closed && wasRead(settings, 'EndpointSlice', namespace);
  return { key, ready: sorted, total: all.size, known: isWhole || slices.length > 0 };
}

/** As Contour: TCP ports of that name, the first address of each endpoint. Envoy resolves no names here. */
function endpointsOf(slice: EndpointSlice, portName: string): readonly { endpoint: Endpoint; isReady: boolean }[] {
  if (slice.addressType === 'FQDN') return [];
  const ports = slice.ports.filter((port) => port.name === portName && port.protocol === 'TCP');
  return ports.flatMap(({ port }) =>
    slice.endpoints.flatMap(({ addresses, ready }) => {
      const [address] = addresses;
      return port === null || address === undefined ? [] : [{ endpoint: { address, port }, isReady: ready }];
    }),
  );
}
