/** Are two decoded values the same? Plain data, Maps and redacted bytes; nothing cyclic. */
export function equal(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) && Array.isArray(right)) return equalArrays(left, right);
  if (left instanceof Map && right instanceof Map) return equalMaps(left, right);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return equalBytes(left, right);
  if (isRevealable(left) && isRevealable(right)) return equalBytes(left.reveal(), right.reveal());
  if (isSpecial(left) || isSpecial(right)) return false;
  return equalRecords(left as Record<string, unknown>, right as Record<string, unknown>);
}

function equalArrays(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => equal(item, right[index]));
}

function equalMaps(left: ReadonlyMap<unknown, unknown>, right: ReadonlyMap<unknown, unknown>): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    if (!right.has(key) || !equal(value, right.get(key))) return false;
  }
  return true;
}

function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function equalRecords(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}

/** Not told apart by its fields alone. */
function isSpecial(value: object): boolean {
  return Array.isArray(value) || value instanceof Map || value instanceof Uint8Array || isRevealable(value);
}

function isRevealable(value: object): value is { reveal(): Uint8Array } {
  return 'reveal' in value && typeof value.reveal === 'function';
}
