/** By code unit, which no locale changes: for sorting what must have one order everywhere. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
