import type { Send } from '../snapshot/messages.ts';
import type { Resource, TypeUrl } from '../snapshot/resource.ts';

/** Parts of a message, not yet joined: each resource's bytes are copied once, into the finished response. */
interface Field {
  readonly parts: readonly Uint8Array[];
  readonly length: number;
}

/** https://protobuf.dev/programming-guides/encoding/#varints */
const varint = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(Math.floor(value / 0x80))];

const join = (number: number, content: readonly Uint8Array[], length: number): Field => {
  const head = Uint8Array.from([...varint((number << 3) | 2), ...varint(length)]);
  return { parts: [head, ...content], length: head.length + length };
};

const bytes = (number: number, content: Uint8Array): Field => join(number, [content], content.length);

const text = (number: number, content: string): Field => bytes(number, Buffer.from(content));

const message = (number: number, fields: readonly Field[]): Field =>
  join(
    number,
    fields.flatMap(({ parts }) => parts),
    fields.reduce((length, field) => length + field.length, 0),
  );

const finish = (fields: readonly Field[]): Buffer => Buffer.concat(fields.flatMap(({ parts }) => parts));

/** google.protobuf.Any: 1 type_url, 2 value. */
const any = (number: number, type: TypeUrl, content: Uint8Array): Field =>
  message(number, [text(1, type), bytes(2, content)]);

/** envoy.service.discovery.v3.Resource: 1 version, 2 resource, 3 name. */
const resource = (number: number, { type, name, version, bytes: content }: Resource): Field =>
  message(number, [text(1, version), any(2, type, content), text(3, name)]);

/**
 * Field numbers of DiscoveryResponse (1 version_info, 2 resources, 4 type_url, 5 nonce) and of
 * DeltaDiscoveryResponse (1 system_version_info, 2 resources, 4 type_url, 5 nonce, 6 removed_resources).
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/discovery/v3/discovery.proto
 */
export const encodeResponse = (send: Send): Buffer =>
  finish([
    text(1, send.version),
    ...send.resources.map((one) => (send.mode === 'delta' ? resource(2, one) : any(2, one.type, one.bytes))),
    text(4, send.type),
    text(5, send.nonce),
    ...(send.mode === 'delta' ? send.removed.map((name) => text(6, name)) : []),
  ]);
