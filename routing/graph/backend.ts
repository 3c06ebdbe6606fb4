import type { Diagnostic } from '../objects/diagnostic.ts';
import type { Service, ServicePort } from '../objects/kubernetes-object.ts';
import { displayName, type ObjectRef, type Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import { isAbsenceFact } from './absence.ts';
import { diagnose } from './diagnose.ts';
import type { EndpointsKey, ServiceTarget } from './graph.ts';
import type { CompileSettings } from './settings.ts';

export type Protocol = ServiceTarget['protocol'];

export interface Wanted {
  readonly namespace: string;
  readonly name: string;
  /** A number, or for Ingress the name of a port. */
  readonly port: number | string;
  /** What the object asks for; null leaves it to the Service. */
  readonly protocol: string | null;
}

/** Finds the Service port that traffic is wanted to go to, or says why there is none. */
export function resolveBackend(
  reader: Reader,
  settings: CompileSettings,
  source: Source,
  wanted: Wanted,
): ServiceTarget | Diagnostic {
  if (typeof wanted.port === 'number' && !(wanted.port >= 1 && wanted.port <= 65_535)) {
    return diagnose(source, 'ServiceError/ServicePortInvalid', `port ${wanted.port} is not a number from 1 to 65535`);
  }
  const ref: ObjectRef = { kind: 'Service', namespace: wanted.namespace, name: wanted.name };
  const service = reader.get('Service', ref.namespace, ref.name);
  if (service === null) {
    if (!isAbsenceFact(reader, settings, 'Service', ref.namespace)) return unverified(wanted);
    return unresolved(source, `Service ${displayName(ref)} does not exist`);
  }
  return fromService(source, wanted, service);
}

function fromService(source: Source, wanted: Wanted, service: Service): ServiceTarget | Diagnostic {
  const name = `${wanted.namespace}/${wanted.name}`;
  if (service.spec.type === 'ExternalName') {
    return unresolved(source, `Service ${name} is an ExternalName service, and these are not enabled`);
  }
  const port = findPort(service, wanted.port);
  if (port === undefined) {
    return unresolved(source, `Service ${name} has no TCP port ${wanted.port}; it has ${listPorts(service)}`);
  }
  const protocol = protocolOf(wanted, service, port);
  if (protocol === undefined) {
    return diagnose(
      source,
      'ServiceError/UnsupportedProtocol',
      `protocol ${wanted.protocol} is none of h2, h2c and tls`,
    );
  }
  return {
    namespace: wanted.namespace,
    name: wanted.name,
    port: port.port,
    endpoints: endpointsKey(wanted, port),
    protocol,
  };
}

function unresolved(source: Source, message: string): Diagnostic {
  return diagnose(source, 'ServiceError/ServiceUnresolvedReference', message);
}

/** A backend in an input without any Service: taken at its word. */
function unverified(wanted: Wanted): ServiceTarget {
  const port = typeof wanted.port === 'number' ? wanted.port : 0;
  const protocol = isProtocol(wanted.protocol) ? wanted.protocol : null;
  return {
    namespace: wanted.namespace,
    name: wanted.name,
    port,
    endpoints: `${wanted.namespace}/${wanted.name}` as EndpointsKey,
    protocol,
  };
}

function findPort(service: Service, wanted: number | string): ServicePort | undefined {
  const isWanted = (port: ServicePort): boolean =>
    typeof wanted === 'number' ? port.port === wanted : port.name === wanted;
  return service.spec.ports.find((port) => port.protocol === 'TCP' && isWanted(port));
}

function listPorts(service: Service): string {
  const ports = service.spec.ports.filter((port) => port.protocol === 'TCP').map((port) => String(port.port));
  return ports.length === 0 ? 'none' : ports.join(', ');
}

function endpointsKey(wanted: Wanted, port: ServicePort): EndpointsKey {
  const service = `${wanted.namespace}/${wanted.name}`;
  return (port.name === '' ? service : `${service}/${port.name}`) as EndpointsKey;
}

/** The object's word, then the port's appProtocol, then the Service's annotation. Undefined where the word is unknown. */
function protocolOf(wanted: Wanted, service: Service, port: ServicePort): Protocol | undefined {
  if (wanted.protocol !== null && wanted.protocol !== '')
    return isProtocol(wanted.protocol) ? wanted.protocol : undefined;
  if (port.appProtocol !== null) return appProtocols.get(port.appProtocol) ?? null;
  // Nearly all, and this is asked for every route.
  if (service.metadata.annotations.size === 0) return null;
  return protocols.find((protocol) => isAnnotated(service, port, protocol)) ?? null;
}

const protocols = ['h2', 'h2c', 'tls'] as const;

const appProtocols: ReadonlyMap<string, Protocol> = new Map([
  ['kubernetes.io/h2c', 'h2c'],
  ['https', 'tls'],
]);

function isProtocol(text: string | null): text is (typeof protocols)[number] {
  return text === 'h2' || text === 'h2c' || text === 'tls';
}

/** `projectcontour.io/upstream-protocol.tls: "443,https"`: port names or numbers. */
function isAnnotated(service: Service, port: ServicePort, protocol: string): boolean {
  const listed = service.metadata.annotations.get(`projectcontour.io/upstream-protocol.${protocol}`) ?? '';
  return listed
    .split(',')
    .some((item) => item.trim() !== '' && (item.trim() === port.name || item.trim() === String(port.port)));
}
