import type { Stored } from '../follow.ts';

/** What of a Service is read. */
export interface Service extends Stored {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly nodePort?: number;
}

/** What of an EndpointSlice is read. */
export interface Slice extends Stored {
  readonly metadata: Stored['metadata'] & { readonly labels?: Readonly<Record<string, string>> };
  readonly addressType?: string;
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly hostname?: string;
    readonly conditions?: { readonly ready?: boolean };
  }[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
}

export interface Backend {
  readonly host: string;
  readonly port: number;
}

export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The Service that a slice is of. */
export function serviceKey({ metadata }: Slice): string {
  return keyOf(metadata.namespace, metadata.labels?.['kubernetes.io/service-name'] ?? '');
}

function readyAddresses({ endpoints = [] }: Slice): readonly string[] {
  return endpoints.flatMap(({ addresses, conditions }) => (conditions?.ready === false ? [] : addresses));
}

/** Who answers for a port of a Service now. */
export function backendsOf(slices: Iterable<Slice>, port: ServicePort): readonly Backend[] {
  const found: Backend[] = [];
  for (const slice of slices) {
    const target = slice.ports?.find((declared) => (declared.name ?? '') === (port.name ?? ''))?.port;
    if (target !== undefined) found.push(...readyAddresses(slice).map((host) => ({ host, port: target })));
  }
  return found;
}

/** All addresses of a Service without an address of its own. */
export function addressesOf(slices: Iterable<Slice>): readonly string[] {
  return [...new Set([...slices].flatMap(readyAddresses))];
}

export function hasAddress({ spec }: Service): boolean {
  return spec.clusterIP !== undefined && spec.clusterIP !== '' && spec.clusterIP !== 'None';
}
