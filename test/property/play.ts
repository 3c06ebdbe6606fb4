import type { InspectKeyPair } from '../../routing/graph/secret.ts';
import { type Change, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';

/** Refuses the keys that random worlds call bad. */
export const inspectKeyPair: InspectKeyPair = (_, key) =>
  new TextDecoder().decode(key).startsWith('bad')
    ? { valid: false, reason: 'is refused by this test' }
    : { valid: true };

/** Takes changes into a plain map of all objects. */
export function perform(objects: Map<string, KubernetesObject>, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.type === 'upsert') objects.set(refKey(refOf(change.object)), change.object);
    else objects.delete(refKey(change.ref));
  }
}
