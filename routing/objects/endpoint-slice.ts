import { conform } from './conform.ts';
import { deepFreeze } from './freeze.ts';
import type { EndpointSlice } from './kubernetes-object.ts';
import { envelope, metadataOf } from './metadata.ts';
import { fieldOf, invalidValue, itemOf, type Place } from './place.ts';
import type { Schema, Shape } from './schema.ts';
import { isIpAddress } from './ip-address.ts';
import { soundItems } from './sound-items.ts';

const endpoint = {
  type: 'object',
  nulls: 'absent',
  unknownFields: 'ignored',
  properties: {
    addresses: { type: 'array', items: { type: 'string' } },
    conditions: {
      type: 'object',
      nulls: 'absent',
      unknownFields: 'ignored',
      properties: { ready: { type: 'boolean' } },
    },
  },
} as const satisfies Schema;

const port = {
  type: 'object',
  nulls: 'absent',
  unknownFields: 'ignored',
  properties: {
    name: { type: 'string' },
    port: { type: 'integer', minimum: 1, maximum: 65535 },
    protocol: { type: 'string' },
  },
} as const satisfies Schema;

/** The part of https://kubernetes.io/docs/reference/kubernetes-api/discovery/endpoint-slice-v1/ that is read. */
const schema = {
  type: 'object',
  nulls: 'absent',
  unknownFields: 'ignored',
  required: ['metadata', 'addressType'],
  properties: {
    ...envelope,
    addressType: { type: 'string', enum: ['IPv4', 'IPv6', 'FQDN'] },
    ports: { type: 'array', items: port },
    endpoints: { type: 'array', items: endpoint },
  },
} as const satisfies Schema;

/**
 * Null where it has no name; `place.problems` holds the reason then. Endpoints and ports that cannot be
 * read are left out, and so are all of them where the type of the addresses is unknown.
 */
export function decodeEndpointSlice(raw: unknown, place: Place): EndpointSlice | null {
  const whole = conform(schema, raw, place);
  const metadata = metadataOf(whole?.metadata, 'namespaced', place);
  if (metadata === null) return null;
  const { addressType, ports, endpoints } = whole ?? {};
  const readable = addressType === undefined ? [] : endpoints;
  if (addressType !== 'FQDN') refuseNames(readable ?? [], place);
  const slice: Pick<EndpointSlice, 'addressType' | 'ports' | 'endpoints'> = {
    addressType: addressType ?? 'FQDN',
    ports: soundItems(ports, '/ports', place.problems).map(({ item }) => ({
      name: item.name ?? '',
      port: item.port ?? null,
      protocol: item.protocol ?? 'TCP',
    })),
    endpoints: soundItems(readable, '/endpoints', place.problems).map(({ item }) => ({
      addresses: item.addresses ?? [],
      ready: item.conditions?.ready ?? true,
    })),
  };
  const service = whole?.metadata?.labels?.get('kubernetes.io/service-name') ?? '';
  return { kind: 'EndpointSlice', metadata, service, ...deepFreeze(slice), problems: place.problems };
}

/** Envoy refuses every endpoint of a port where one of them is no address. */
function refuseNames(endpoints: readonly Shape<typeof endpoint>[], place: Place): void {
  for (const [index, { addresses = [] }] of endpoints.entries()) {
    const at = fieldOf(itemOf(fieldOf(place, 'endpoints'), index), 'addresses');
    for (const [position, address] of addresses.entries()) {
      if (!isIpAddress(address)) invalidValue(itemOf(at, position), 'an IP address', address);
    }
  }
}
