import type { RefKey } from '../../routing/objects/ref.ts';
import type { SecretKey } from './secret-references.ts';

/** Who names which Secrets. */
export interface Wanted {
  has(key: SecretKey): boolean;
  keys(): readonly SecretKey[];
  by(key: SecretKey): readonly RefKey[];
  /** Replaces what an object names. Answers the Secrets that nobody named before, and those that nobody names now. */
  set(
    ref: RefKey,
    keys: readonly SecretKey[],
  ): { readonly added: readonly SecretKey[]; readonly forsaken: readonly SecretKey[] };
}

const none: ReadonlySet<never> = new Set();

export function createWanted(): Wanted {
  const named = new Map<RefKey, ReadonlySet<SecretKey>>();
  const by = new Map<SecretKey, Set<RefKey>>();

  function add(ref: RefKey, key: SecretKey): boolean {
    const refs = by.get(key);
    if (refs === undefined) by.set(key, new Set([ref]));
    else refs.add(ref);
    return refs === undefined;
  }

  function remove(ref: RefKey, key: SecretKey): boolean {
    const refs = by.get(key);
    refs?.delete(ref);
    return refs?.size === 0 && by.delete(key);
  }

  return {
    has: (key) => by.has(key),
    keys: () => [...by.keys()],
    by: (key) => [...(by.get(key) ?? [])],
    set(ref, keys) {
      const before = named.get(ref) ?? none;
      const after = new Set(keys);
      if (after.size === 0) named.delete(ref);
      else named.set(ref, after);
      return {
        added: [...after].filter((key) => !before.has(key) && add(ref, key)),
        forsaken: [...before].filter((key) => !after.has(key) && remove(ref, key)),
      };
    },
  };
}
