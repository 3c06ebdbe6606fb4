import type { Resource, TypeUrl, WorldChange } from '../snapshot/resource.ts';
import { byName } from './names.ts';

/** All resources of a world, and what moved since somebody last asked. */
export interface Ledger {
  /** Keeps the resource that is there already where the content is the same. */
  set(resource: Resource): void;
  remove(type: TypeUrl, name: string): void;
  has(type: TypeUrl, name: string): boolean;
  /** What moved since the last call, ordered by type and name. */
  take(): WorldChange;
}

export function createLedger(): Ledger {
  const resources = new Map<TypeUrl, Map<string, Resource>>();
  /** For each touched name, what it was when somebody last asked. */
  const before = new Map<TypeUrl, Map<string, Resource | undefined>>();

  const get = (type: TypeUrl, name: string) => resources.get(type)?.get(name);
  const touch = (type: TypeUrl, name: string) => {
    const touched = ofType(before, type);
    if (!touched.has(name)) touched.set(name, get(type, name));
  };

  return {
    set(resource) {
      const { type, name } = resource;
      if (get(type, name)?.version === resource.version) return;
      touch(type, name);
      const earlier = before.get(type)?.get(name);
      ofType(resources, type).set(name, earlier?.version === resource.version ? earlier : resource);
    },
    remove(type, name) {
      touch(type, name);
      resources.get(type)?.delete(name);
    },
    has: (type, name) => get(type, name) !== undefined,
    take() {
      const upserts: Resource[] = [];
      const removals: WorldChange['removals'][number][] = [];
      for (const [type, touched] of before) {
        for (const [name, earlier] of touched) {
          const now = get(type, name);
          if (now === earlier) continue;
          if (now === undefined) removals.push({ type, name });
          else upserts.push(now);
        }
      }
      before.clear();
      return { upserts: upserts.sort(byTypeAndName), removals: removals.sort(byTypeAndName) };
    },
  };
}

function ofType<V>(maps: Map<TypeUrl, Map<string, V>>, type: TypeUrl): Map<string, V> {
  let map = maps.get(type);
  if (map === undefined) maps.set(type, (map = new Map<string, V>()));
  return map;
}

interface Named {
  readonly type: TypeUrl;
  readonly name: string;
}

const byTypeAndName = (left: Named, right: Named): number =>
  byName(left.type, right.type) || byName(left.name, right.name);
