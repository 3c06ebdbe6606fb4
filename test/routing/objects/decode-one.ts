import { decode } from '../../../routing/objects/decode.ts';
import type { ObjectOfKind } from '../../../routing/objects/kubernetes-object.ts';
import type { Kind } from '../../../routing/objects/ref.ts';

/** The object that a manifest of this kind decodes to. */
export function decodeOne<K extends Kind>(kind: K, raw: unknown): ObjectOfKind<K> {
  const decoded = decode(raw);
  if (decoded.type !== 'object' || decoded.object.kind !== kind)
    throw new Error(`not an object: ${JSON.stringify(decoded)}`);
  return decoded.object as ObjectOfKind<K>;
}
