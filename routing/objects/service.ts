import { conform } from './conform.ts';
import { deepFreeze } from './freeze.ts';
import type { Service, ServicePort } from './kubernetes-object.ts';
import { envelope, metadataOf } from './metadata.ts';
import type { Place } from './place.ts';
import type { Schema, Shape } from './schema.ts';
import { soundItems } from './sound-items.ts';

const port = {
  type: 'object',
  nulls: 'absent',
  unknownFields: 'ignored',
  required: ['port'],
  properties: {
    name: { type: 'string' },
    port: { type: 'integer', minimum: 1, maximum: 65535 },
    protocol: { type: 'string', enum: ['TCP', 'UDP', 'SCTP'] },
    appProtocol: { type: 'string' },
  },
} as const satisfies Schema;

/** The part of https://kubernetes.io/docs/reference/kubernetes-api/core/service-v1/ that is read. */
const schema = {
  type: 'object',
  nulls: 'absent',
  unknownFields: 'ignored',
  required: ['metadata'],
  properties: {
    ...envelope,
    spec: {
      type: 'object',
      nulls: 'absent',
      unknownFields: 'ignored',
      properties: {
        type: { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] },
        externalName: { type: 'string' },
        ports: { type: 'array', items: port },
      },
    },
  },
} as const satisfies Schema;

/** Null where it has no name; `place.problems` holds the reason then. Ports that cannot be read are left out. */
export function decodeService(raw: unknown, place: Place): Service | null {
  const whole = conform(schema, raw, place);
  const metadata = metadataOf(whole?.metadata, 'namespaced', place);
  if (metadata === null) return null;
  const { type = 'ClusterIP', externalName = null, ports } = whole?.spec ?? {};
  const sound = soundItems(ports, '/spec/ports', place.problems).map(({ item }) => portOf(item));
  const spec = deepFreeze({ type, externalName, ports: sound });
  return { kind: 'Service', metadata, spec, problems: place.problems };
}

function portOf(item: Shape<typeof port>): ServicePort {
  const { name = '', port: number = 0, protocol = 'TCP' } = item;
  return { name, port: number, protocol, appProtocol: item.appProtocol ?? null };
}
