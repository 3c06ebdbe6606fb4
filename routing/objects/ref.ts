/** Kinds this project reads, served or known only by name. */
export type Kind =
  'HTTPProxy' | 'Ingress' | 'TLSCertificateDelegation' | 'Service' | 'EndpointSlice' | 'Secret' | 'Namespace';

/** Names one object. `namespace` is empty for cluster-scoped kinds. */
export interface ObjectRef {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

/** Nobody: an Envoy holds routes that do not say who wrote them. No object has an empty name. */
export const noObject: ObjectRef = { kind: 'HTTPProxy', namespace: '', name: '' };

/** `Kind/namespace/name`: the key of an object in every map. */
export type RefKey = string & { readonly __brand: 'RefKey' };

export function refKey(ref: ObjectRef): RefKey {
  return `${ref.kind}/${ref.namespace}/${ref.name}` as RefKey;
}

/** A place inside an object: a JSON pointer (RFC 6901) into the manifest, `''` for the whole of it. */
export interface Source {
  readonly ref: ObjectRef;
  readonly pointer: string;
}

/** `namespace/name`, as people write it. */
export function displayName(ref: ObjectRef): string {
  return ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
}

export function sameRef(left: ObjectRef, right: ObjectRef): boolean {
  return left.kind === right.kind && left.namespace === right.namespace && left.name === right.name;
}
