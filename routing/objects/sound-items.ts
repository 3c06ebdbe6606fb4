import type { Problem } from './diagnostic.ts';
import { childPointer, isWithin } from './pointer.ts';

export interface PlacedItem<T> {
  readonly item: T;
  readonly pointer: string;
}

/**
 * The items of a list without those that have a fault, at or inside them, which `allowed` does not name
 * by its pointer relative to the item. Half an item could mean more than its author wanted.
 */
export function soundItems<T>(
  items: readonly T[] | undefined,
  list: string,
  problems: readonly Problem[],
  allowed: string | null = null,
): readonly PlacedItem<T>[] {
  const faulty = new Set<string>();
  for (const { pointer, severity } of problems) {
    const item = severity === 'error' ? itemWith(pointer, list) : null;
    if (item !== null && !(allowed !== null && isWithin(pointer, item + allowed))) faulty.add(item);
  }
  return (items ?? [])
    .map((item, index) => ({ item, pointer: childPointer(list, index) }))
    .filter(({ pointer }) => !faulty.has(pointer));
}

/** The item of a list that a pointer is at or in; null where it is elsewhere. */
function itemWith(pointer: string, list: string): string | null {
  if (!pointer.startsWith(`${list}/`)) return null;
  const end = pointer.indexOf('/', list.length + 1);
  return end < 0 ? pointer : pointer.slice(0, end);
}
