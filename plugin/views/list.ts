import { isNamed, type Key } from './key.ts';

const leap = 10;

/** Where a key moves to in a list; null where it moves nowhere. */
export function moved(at: number, length: number, key: Key): number | null {
  const to = (place: number): number => Math.max(0, Math.min(place, length - 1));
  if (isNamed(key, 'up')) return to(at - 1);
  if (isNamed(key, 'down')) return to(at + 1);
  if (isNamed(key, 'pageUp')) return to(at - leap);
  if (isNamed(key, 'pageDown')) return to(at + leap);
  if (isNamed(key, 'home')) return to(0);
  return isNamed(key, 'end') ? to(length - 1) : null;
}

/** Which part of a list is seen where there is room for `room` of it: as near to the middle as it can be. */
export function windowOf(at: number, length: number, room: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(at - Math.floor(room / 2), length - room));
  return { from, to: Math.min(length, from + room) };
}
