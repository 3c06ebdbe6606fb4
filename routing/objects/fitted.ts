/**
 * The same items in a list with no room for more: V8 gives one that was pushed to room for seventeen, and the lists of an
 * HTTPProxy, of which 10,000 hosts keep a hundred thousand, have one item as a rule.
 */
export function fitted<T>(items: readonly T[]): T[] {
  return items.slice();
}
