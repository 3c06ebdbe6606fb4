import { emptyFingerprint, printed, withResource, withoutResource, type Fingerprint } from './fingerprint.ts';
import type { Resource, TypeUrl, WorldChange } from './resource.ts';

/** The world of one dialect, as the last `apply` left it; every Envoy of that dialect reads the same one. */
export interface Snapshot {
  /** False until the first `apply`: until then no Envoy that serves is answered, so none ever sees a smaller world. */
  readonly published: boolean;
  /** There is a part of the first world to be told to new Envoys. */
  readonly drafted: boolean;
  /** Takes a part of the first world, to be told to new Envoys alone (see `draft.ts`). */
  draft(change: WorldChange): void;
  /** Takes the next world as its difference to this one. */
  apply(change: WorldChange): void;
  get(type: TypeUrl, name: string): Resource | undefined;
  /** In no particular order. */
  names(type: TypeUrl): Iterable<string>;
  count(type: TypeUrl): number;
  /** Follows from the resources of that type alone: equal on every replica and after every restart. */
  version(type: TypeUrl): string;
}

interface Shelf {
  readonly resources: Map<string, Resource>;
  print: Fingerprint;
}

const put = (shelf: Shelf, resource: Resource): void => {
  const before = shelf.resources.get(resource.name);
  if (before !== undefined) shelf.print = withoutResource(shelf.print, before);
  shelf.print = withResource(shelf.print, resource);
  shelf.resources.set(resource.name, resource);
};

const take = (shelf: Shelf, name: string): void => {
  const before = shelf.resources.get(name);
  if (before === undefined) return;
  shelf.print = withoutResource(shelf.print, before);
  shelf.resources.delete(name);
};

/**
 * Updated in place on purpose: a copy of a map of 50,000 entries for an edit of one would cost more than all
 * the rest of the push. Nobody needs the world before: each Envoy's state keeps what that Envoy was sent.
 */
export const createSnapshot = (): Snapshot => {
  const shelves = new Map<TypeUrl, Shelf>();
  let published = false;
  const shelf = (type: TypeUrl): Shelf => {
    const found = shelves.get(type) ?? { resources: new Map<string, Resource>(), print: emptyFingerprint };
    shelves.set(type, found);
    return found;
  };
  const move = (change: WorldChange): void => {
    for (const { type, name } of change.removals) take(shelf(type), name);
    for (const resource of change.upserts) put(shelf(resource.type), resource);
  };
  return {
    get published() {
      return published;
    },
    get drafted() {
      return !published && shelves.size > 0;
    },
    draft: move,
    apply(change) {
      move(change);
      published = true;
    },
    get: (type, name) => shelves.get(type)?.resources.get(name),
    names: (type) => shelves.get(type)?.resources.keys() ?? [],
    count: (type) => shelves.get(type)?.resources.size ?? 0,
    version: (type) => printed(shelves.get(type)?.print ?? emptyFingerprint),
  };
};
