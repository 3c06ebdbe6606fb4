/** Values that live as long as some host uses them. */
export interface Uses<Value> {
  readonly values: ReadonlyMap<string, Value>;
  /** A host used `before` and now uses `after`. Keys that came or went are added to `moved`. */
  replace(before: ReadonlySet<string>, after: ReadonlySet<string>, moved: Set<string>): void;
  /** Reads again what moved and is in use. */
  update(moved: Iterable<string>): void;
}

/** @param read a value, or null where there is none to offer
 *  @param release told when nobody uses a key any more */
export function createUses<Value>(read: (key: string) => Value | null, release: (key: string) => void): Uses<Value> {
  const counts = new Map<string, number>();
  const values = new Map<string, Value>();

  function step(key: string, by: number, moved: Set<string>): void {
    const before = counts.get(key) ?? 0;
    const after = before + by;
    if (before === 0 || after === 0) moved.add(key);
    if (after === 0) counts.delete(key);
    else counts.set(key, after);
  }

  return {
    values,
    replace(before, after, moved) {
      for (const key of after) if (!before.has(key)) step(key, 1, moved);
      for (const key of before) if (!after.has(key)) step(key, -1, moved);
    },
    update(moved) {
      for (const key of moved) {
        const value = counts.has(key) ? read(key) : null;
        if (value === null) values.delete(key);
        else values.set(key, value);
        if (!counts.has(key)) release(key);
      }
    },
  };
}
