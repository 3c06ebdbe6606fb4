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
  const faults = problems.filter(({ pointer, severity }) => severity === 'error' && isWithin(pointer, list));
  return (items ?? [])
    .map((item, index) => ({ item, pointer: childPointer(list, index) }))
    .filter(({ pointer }) => {
      const excused = (fault: string): boolean => allowed !== null && isWithin(fault, pointer + allowed);
      return !faults.some((fault) => isWithin(fault.pointer, pointer) && !excused(fault.pointer));
    });
}
