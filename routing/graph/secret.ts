import type { Secret } from '../objects/kubernetes-object.ts';
import type { SecretVerdict } from '../store/reader.ts';
import type { ServedSecret } from './graph.ts';

/** Looks at a certificate and its key, in PEM; this folder knows no X.509. */
export type InspectKeyPair = (
  certificateChain: Uint8Array,
  privateKey: Uint8Array,
) => { readonly valid: true } | { readonly valid: false; readonly reason: string };

/** A Secret as a certificate: what hosts may know of it, and what Envoy is given. */
export interface JudgedSecret {
  readonly verdict: SecretVerdict;
  readonly served: ServedSecret | null;
}

/** @param absent what to think where there is no such Secret */
export function judgeSecret(secret: Secret | null, absent: SecretVerdict, inspect: InspectKeyPair): JudgedSecret {
  if (secret === null) return { verdict: absent, served: null };
  if (secret.type !== 'kubernetes.io/tls' && secret.type !== 'Opaque') {
    return invalid(`has type ${secret.type}, and a certificate is of type kubernetes.io/tls`);
  }
  const chain = secret.data.get('tls.crt');
  const privateKey = secret.data.get('tls.key');
  if (chain === undefined) return invalid('has no key tls.crt');
  if (privateKey === undefined) return invalid('has no key tls.key');
  const certificateChain = chain.reveal();
  const inspected = inspect(certificateChain, privateKey.reveal());
  if (!inspected.valid) return invalid(inspected.reason);
  const key = `${secret.metadata.namespace}/${secret.metadata.name}`;
  return { verdict: { state: 'valid' }, served: { key, certificateChain, privateKey } };
}

function invalid(reason: string): JudgedSecret {
  return { verdict: { state: 'invalid', reason }, served: null };
}
