import type { Kind, ObjectRef } from '../objects/ref.ts';

/**
 * What a unit asked the store, as one string: the currency between the store, which says which keys a
 * change touched, and the memo, which knows who read them.
 */
export type ReadKey = string & { readonly __brand: 'ReadKey' };

/** The ways in which units read, and so the kinds of key. */
export const readKinds = [
  'object:HTTPProxy',
  'object:Service',
  'object:Secret',
  'claims',
  'grants',
  'slices',
  'presence:Service',
  'presence:Secret',
  'presence:TLSCertificateDelegation',
  'secret',
] as const;
export type ReadKind = (typeof readKinds)[number];

export const readKey = {
  /** One object by name. */
  object: (ref: ObjectRef): ReadKey => `object:${ref.kind}/${ref.namespace}/${ref.name}` as ReadKey,
  /** Every object that asks for a host. */
  claims: (host: string): ReadKey => `claims:${host}` as ReadKey,
  /** Every TLSCertificateDelegation that lends a Secret. */
  grants: (namespace: string, secret: string): ReadKey => `grants:${namespace}/${secret}` as ReadKey,
  /** Every EndpointSlice of a Service. */
  slices: (namespace: string, service: string): ReadKey => `slices:${namespace}/${service}` as ReadKey,
  /** Whether the input holds any object of a kind at all. */
  presence: (kind: Kind): ReadKey => `presence:${kind}` as ReadKey,
  /** What is thought of a Secret, without its bytes. */
  secret: (namespace: string, name: string): ReadKey => `secret:${namespace}/${name}` as ReadKey,
};

export function kindOfRead(key: ReadKey): ReadKind {
  const colon = key.indexOf(':');
  const slash = key.indexOf('/');
  const isOfKind = key.startsWith('object:') || key.startsWith('presence:');
  return key.slice(0, isOfKind ? (slash < 0 ? key.length : slash) : colon) as ReadKind;
}

/** The object that a key names, where it is the key of one object. */
export function objectOfRead(key: ReadKey): ObjectRef | null {
  if (!key.startsWith('object:')) return null;
  const [kind, namespace = '', name = ''] = key.slice('object:'.length).split('/');
  return { kind: kind as Kind, namespace, name };
}
