/** One step of what is watched. */
export interface ItemEvent<Item> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Item;
}

/**
 * What moved between two lists, in the order of the newer one, deletions last.
 *
 * @param identity what makes an item the same one as before; several of one identity are told apart by their order
 * @param likeness what of an item is looked at: where it stays the same, the item has not moved
 */
export function diffItems<Item>(
  before: readonly Item[],
  after: readonly Item[],
  identity: (item: Item) => string,
  likeness: (item: Item) => string,
): readonly ItemEvent<Item>[] {
  const old = byIdentity(before, identity);
  const now = byIdentity(after, identity);
  const moved = [...now].flatMap(([key, object]): readonly ItemEvent<Item>[] => {
    const known = old.get(key);
    if (known === undefined) return [{ type: 'ADDED', object }];
    return likeness(known) === likeness(object) ? [] : [{ type: 'MODIFIED', object }];
  });
  const gone = [...old].filter(([key]) => !now.has(key));
  return [...moved, ...gone.map(([, object]) => ({ type: 'DELETED' as const, object }))];
}

function byIdentity<Item>(items: readonly Item[], identity: (item: Item) => string): ReadonlyMap<string, Item> {
  const found = new Map<string, Item>();
  const seen = new Map<string, number>();
  for (const item of items) {
    const key = identity(item);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    found.set(`${key}${count}`, item);
  }
  return found;
}
