import { decodeBase64 } from './base64.ts';
import { conform } from './conform.ts';
import type { RedactedBytes, Secret } from './kubernetes-object.ts';
import { envelope, metadataOf } from './metadata.ts';
import { entryOf, fieldOf, type Place, pointerOf } from './place.ts';
import { redactedBytes } from './redacted-bytes.ts';
import type { Schema } from './schema.ts';
import { encodeUtf8 } from './utf8.ts';

/** The part of https://kubernetes.io/docs/reference/kubernetes-api/core/secret-v1/ that is read. */
const schema = {
  type: 'object',
  nulls: 'absent',
  unknownFields: 'ignored',
  required: ['metadata'],
  properties: {
    ...envelope,
    type: { type: 'string' },
    data: { type: 'map', values: { type: 'string' } },
    stringData: { type: 'map', values: { type: 'string' } },
  },
} as const satisfies Schema;

/**
 * Null where it has no name; `place.problems` holds the reason then. No sentence about a Secret repeats
 * a value of it.
 */
export function decodeSecret(raw: unknown, place: Place): Secret | null {
  const discreet = { ...place, discreet: true };
  const whole = conform(schema, raw, discreet);
  const metadata = metadataOf(whole?.metadata, 'namespaced', discreet);
  if (metadata === null) return null;
  const data = decodeData(whole?.data ?? new Map(), fieldOf(discreet, 'data'));
  for (const [key, text] of whole?.stringData ?? []) data.set(key, redactedBytes(encodeUtf8(text)));
  // An empty type is what the API server makes Opaque.
  return {
    kind: 'Secret',
    metadata,
    type: whole?.type || 'Opaque',
    data: Object.freeze(data),
    problems: place.problems,
  };
}

function decodeData(encoded: ReadonlyMap<string, string>, place: Place): Map<string, RedactedBytes> {
  const data = new Map<string, RedactedBytes>();
  for (const [key, text] of encoded) {
    const bytes = decodeBase64(text);
    if (bytes !== null) data.set(key, redactedBytes(bytes));
    else place.problems.push(notBase64(entryOf(place, key)));
  }
  return data;
}

function notBase64(place: Place): Place['problems'][number] {
  const message = `${place.name} must be base64; write plain text under stringData instead of data`;
  return { pointer: pointerOf(place), reason: 'InvalidValue', message, severity: 'error' };
}
