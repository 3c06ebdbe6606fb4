import { type Change, type KubernetesObject, type ObjectOfKind, refOf } from '../objects/kubernetes-object.ts';
import { type Kind, type ObjectRef, type RefKey, refKey } from '../objects/ref.ts';
import { equal } from './equal.ts';
import { indexKeys } from './index-keys.ts';
import { type ReadKey, readKey } from './read-key.ts';

/** Every decoded object, by name and by the lists it belongs to. */
export interface Store {
  /** Takes changes in order. Answers the keys whose reading differs now: equal values touch none. */
  apply(changes: readonly Change[]): ReadonlySet<ReadKey>;
  get<K extends Kind>(kind: K, namespace: string, name: string): ObjectOfKind<K> | null;
  /** The objects of a list, sorted by kind, namespace and name; empty where nothing is listed. */
  list(key: ReadKey): readonly KubernetesObject[];
  has(kind: Kind): boolean;
}

export function createStore(): Store {
  const objects = new Map<RefKey, KubernetesObject>();
  const lists = new Map<ReadKey, Map<RefKey, KubernetesObject>>();
  const counts = new Map<Kind, number>();

  function put(ref: ObjectRef, object: KubernetesObject | null, touched: Set<ReadKey>): void {
    const key = refKey(ref);
    const before = objects.get(key) ?? null;
    if (before === null && object === null) return;
    if (before !== null && object !== null && equal(before, object)) return;
    touched.add(readKey.object(ref));
    if (before !== null) unlist(key, before, touched);
    if (object !== null) enlist(key, object, touched);
    count(ref.kind, (object === null ? 0 : 1) - (before === null ? 0 : 1), touched);
    if (object === null) objects.delete(key);
    else objects.set(key, object);
  }

  function unlist(key: RefKey, object: KubernetesObject, touched: Set<ReadKey>): void {
    for (const listKey of indexKeys(object)) {
      touched.add(listKey);
      const list = lists.get(listKey);
      list?.delete(key);
      if (list?.size === 0) lists.delete(listKey);
    }
  }

  function enlist(key: RefKey, object: KubernetesObject, touched: Set<ReadKey>): void {
    for (const listKey of indexKeys(object)) {
      touched.add(listKey);
      const list = lists.get(listKey) ?? new Map<RefKey, KubernetesObject>();
      lists.set(listKey, list.set(key, object));
    }
  }

  function count(kind: Kind, step: number, touched: Set<ReadKey>): void {
    const before = counts.get(kind) ?? 0;
    counts.set(kind, before + step);
    if (before === 0 || before + step === 0) touched.add(readKey.presence(kind));
  }

  return {
    apply(changes) {
      const touched = new Set<ReadKey>();
      for (const change of changes) {
        if (change.type === 'upsert') put(refOf(change.object), change.object, touched);
        else put(change.ref, null, touched);
      }
      return touched;
    },
    get<K extends Kind>(kind: K, namespace: string, name: string) {
      return (objects.get(refKey({ kind, namespace, name })) ?? null) as ObjectOfKind<K> | null;
    },
    list(key) {
      const list = lists.get(key);
      if (list === undefined) return [];
      return [...list.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
    },
    has: (kind) => (counts.get(kind) ?? 0) > 0,
  };
}
