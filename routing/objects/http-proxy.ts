import { conform } from './conform.ts';
import { httpProxySpecSchema } from './generated/http-proxy.ts';
import { claimMessage, hostClaimed } from './host-claim.ts';
import type { HTTPProxy } from './kubernetes-object.ts';
import { envelope, metadataOf } from './metadata.ts';
import { wholeOf, type Place } from './place.ts';
import type { Schema } from './schema.ts';

const schema = {
  type: 'object',
  required: ['metadata', 'spec'],
  properties: { ...envelope, spec: httpProxySpecSchema, status: { type: 'any' } },
} as const satisfies Schema;

const statusSchema = {
  type: 'object',
  properties: {
    status: {
      type: 'object',
      unknownFields: 'ignored',
      properties: {
        conditions: {
          type: 'array',
          items: {
            type: 'object',
            unknownFields: 'ignored',
            properties: {
              type: { type: 'string' },
              status: { type: 'string' },
              message: { type: 'string' },
              lastTransitionTime: { type: 'string' },
            },
          },
        },
      },
    },
  },
  unknownFields: 'ignored',
} as const satisfies Schema;

/** Null where it has no name; `place.problems` holds the reason then. */
export function decodeHttpProxy(raw: unknown, place: Place): HTTPProxy | null {
  const whole = conform(schema, raw, place);
  const metadata = metadataOf(whole?.metadata, 'namespaced', place);
  if (metadata === null) return null;
  const spec = whole?.spec ?? Object.freeze({});
  const claimedAt = hostClaimedAt(raw, claimMessage({ metadata, spec }));
  return { kind: 'HTTPProxy', metadata, spec, hostClaimedAt: claimedAt, problems: place.problems };
}

/**
 * Faults of the status are no fault of the user, who does not write it. In files a record may be written without a
 * message: it is one of the host beside it then.
 */
function hostClaimedAt(raw: unknown, expected: string): string | null {
  const conditions = conform(statusSchema, raw, wholeOf('HTTPProxy', []))?.status?.conditions ?? [];
  const claimed = conditions.find(({ type, status }) => type === hostClaimed && status === 'True');
  return (claimed?.message ?? expected) === expected ? (claimed?.lastTransitionTime ?? null) : null;
}
