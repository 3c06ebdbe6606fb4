import type {
  EndpointSlice,
  HTTPProxy,
  Ingress,
  ObjectOfKind,
  TLSCertificateDelegation,
} from '../objects/kubernetes-object.ts';
import type { Kind } from '../objects/ref.ts';
import type { RecordRead } from './memo.ts';
import { readKey } from './read-key.ts';
import type { Store } from './store.ts';

/** What is thought of a Secret as a certificate: all that a host may know of it. */
export type SecretVerdict =
  | { readonly state: 'valid' }
  | { readonly state: 'missing' }
  /** The input holds no Secrets at all, and absence is not taken as a fact. */
  | { readonly state: 'unverified' }
  | { readonly state: 'invalid'; readonly reason: string };

/** The only way to read the world. Every read is recorded, misses included. */
export interface Reader {
  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOfKind<K> | null;
  /** HTTPProxy roots and Ingresses that ask for a host. */
  claims(host: string): readonly (HTTPProxy | Ingress)[];
  /** The delegations that lend a Secret to other namespaces. */
  grants(namespace: string, secret: string): readonly TLSCertificateDelegation[];
  slices(namespace: string, service: string): readonly EndpointSlice[];
  /** Whether the input holds any object of this kind. */
  has(kind: Kind): boolean;
  secret(namespace: string, name: string): SecretVerdict;
}

export function createReader(
  store: Store,
  record: RecordRead,
  verdict: (namespace: string, name: string) => SecretVerdict,
): Reader {
  return {
    get(kind, namespace, name) {
      record(readKey.object({ kind, namespace, name }));
      return store.get(kind, namespace, name);
    },
    claims(host) {
      const key = readKey.claims(host);
      record(key);
      return store.list(key) as readonly (HTTPProxy | Ingress)[];
    },
    grants(namespace, secret) {
      const key = readKey.grants(namespace, secret);
      record(key);
      return store.list(key) as readonly TLSCertificateDelegation[];
    },
    slices(namespace, service) {
      const key = readKey.slices(namespace, service);
      record(key);
      return store.list(key) as readonly EndpointSlice[];
    },
    has(kind) {
      record(readKey.presence(kind));
      return store.has(kind);
    },
    secret(namespace, name) {
      record(readKey.secret(namespace, name));
      return verdict(namespace, name);
    },
  };
}
