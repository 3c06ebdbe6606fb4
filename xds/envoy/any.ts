import type { Any } from '../proto/generated/google/protobuf/any.ts';

interface Encoder<T> {
  encode(message: T): { finish(): Uint8Array };
}

/** Wraps an extension's configuration; `typeName` is its full name, `envoy.config.route.v3.FilterConfig`. */
export function packed<T>(typeName: string, encoder: Encoder<T>, message: T): Any {
  return { typeUrl: `type.googleapis.com/${typeName}`, value: encoder.encode(message).finish() };
}
