import { conform } from './conform.ts';
import type { Namespace } from './kubernetes-object.ts';
import { envelope, metadataOf } from './metadata.ts';
import type { Place } from './place.ts';
import type { Schema } from './schema.ts';

const schema = {
  type: 'object',
  nulls: 'absent',
  unknownFields: 'ignored',
  required: ['metadata'],
  properties: envelope,
} as const satisfies Schema;

/** Null where it has no name; `place.problems` holds the reason then. */
export function decodeNamespace(raw: unknown, place: Place): Namespace | null {
  const metadata = metadataOf(conform(schema, raw, place)?.metadata, 'cluster', place);
  return metadata === null ? null : { kind: 'Namespace', metadata, problems: place.problems };
}
