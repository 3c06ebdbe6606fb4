import { valuesAt } from './json-path/evaluate.ts';
import type { Path } from './json-path/template.ts';

/** The same items in another order, or why they have none. */
export type Sorted<Item> =
  { readonly type: 'sorted'; readonly items: readonly Item[] } | { readonly type: 'unsortable'; readonly why: string };

/**
 * Items by the value at a path, as kubectl sorts: those without one first. Equal ones stay in their order.
 *
 * @param written the path as people wrote it
 */
export function sortItems<Item>(items: readonly Item[], path: Path, written: string): Sorted<Item> {
  if (items.length < 2) return { type: 'sorted', items };
  const keyed = items.map((item) => ({ item, key: valuesAt(path, item)[0] ?? null }));
  const kinds = new Set(keyed.flatMap(({ key }) => (key === null ? [] : [typeof key])));
  const [kind] = kinds;
  if (kind === undefined)
    return { type: 'unsortable', why: `couldn't find any field with path ${JSON.stringify(written)} in the list` };
  if (kind === 'object') return { type: 'unsortable', why: `what is at ${written} is neither text nor a number` };
  if (kinds.size > 1)
    return { type: 'unsortable', why: `what is at ${written} is text in one place and not in another` };
  const sorted = keyed.toSorted((one, other) => compare(one.key, other.key));
  return { type: 'sorted', items: sorted.map(({ item }) => item) };
}

function compare(one: unknown, other: unknown): number {
  if (one === null || other === null) return Number(other === null) - Number(one === null);
  const [left, right] = [one as string | number, other as string | number];
  return Number(left > right) - Number(left < right);
}
