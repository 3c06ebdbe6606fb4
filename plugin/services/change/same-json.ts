import type { Json } from '../../../files/edit/json-patch.ts';

export function sameJson(left: Json, right: Json): boolean {
  return canonical(left) === canonical(right);
}

/** Keys in order, so that equal values are equal texts. */
function canonical(value: Json): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : each,
  );
}
