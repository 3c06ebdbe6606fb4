import type { ItemChange } from '../../kubernetes/list-watch.ts';
import { type Change, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { type Kind, type RefKey, refKey } from '../../routing/objects/ref.ts';
import { equal } from '../../routing/store/equal.ts';
import type { StatusShelf, WithStatus } from './status-shelf.ts';

/**
 * Takes what lists and watches told of objects with a status, and answers what the world is to hear of it. A write of a
 * status that means nothing to routes is nothing to the world: it costs no compile.
 */
export type StatusSieve = (changes: readonly ItemChange<WithStatus>[], kind: Kind) => readonly Change[];

export function createStatusSieve(shelf: StatusShelf): StatusSieve {
  const delivered = new Map<RefKey, KubernetesObject>();

  function put({ object, stored }: WithStatus): Change | null {
    const key = refKey(refOf(object));
    shelf.put(key, stored);
    if (equal(delivered.get(key), object)) return null;
    delivered.set(key, object);
    return { type: 'upsert', object };
  }

  function drop(kind: Kind, namespace: string, name: string): Change {
    const ref = { kind, namespace, name };
    delivered.delete(refKey(ref));
    shelf.drop(refKey(ref));
    return { type: 'delete', ref };
  }

  return (changes, kind) =>
    changes
      .map((change) => (change.type === 'put' ? put(change.item) : drop(kind, change.namespace, change.name)))
      .filter((change) => change !== null);
}
