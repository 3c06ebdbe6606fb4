import { conform } from './conform.ts';
import { tlsCertificateDelegationSpecSchema } from './generated/tls-certificate-delegation.ts';
import type { TLSCertificateDelegation } from './kubernetes-object.ts';
import { envelope, metadataOf } from './metadata.ts';
import type { Place } from './place.ts';
import type { Schema } from './schema.ts';

const schema = {
  type: 'object',
  required: ['metadata', 'spec'],
  properties: { ...envelope, spec: tlsCertificateDelegationSpecSchema, status: { type: 'any' } },
} as const satisfies Schema;

/** Null where it has no name; `place.problems` holds the reason then. */
export function decodeTlsCertificateDelegation(raw: unknown, place: Place): TLSCertificateDelegation | null {
  const whole = conform(schema, raw, place);
  const metadata = metadataOf(whole?.metadata, 'namespaced', place);
  if (metadata === null) return null;
  const spec = whole?.spec ?? Object.freeze({});
  return { kind: 'TLSCertificateDelegation', metadata, spec, problems: place.problems };
}
