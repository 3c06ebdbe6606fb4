import { isDeepStrictEqual } from 'node:util';

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One step of a JSON Patch. https://www.rfc-editor.org/rfc/rfc6902 */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string };

export type Patched =
  | { readonly type: 'patched'; readonly value: Json }
  /** Nothing is at the path of `operation`, or not what it tests for. */
  | { readonly type: 'refused'; readonly operation: PatchOperation; readonly reason: 'missing' | 'different' };

/** What the API server would make of the patch; all of it, or nothing. */
export function applyPatch(document: Json, operations: readonly PatchOperation[]): Patched {
  let value = document;
  for (const operation of operations) {
    const tokens = pointerTokens(operation.path);
    if (operation.op === 'test') {
      const found = valueAt(value, operation.path);
      // As the API server does, which has no other way to ask for nothing.
      if (found === undefined && operation.value === null) continue;
      if (found === undefined) return { type: 'refused', operation, reason: 'missing' };
      if (!isDeepStrictEqual(found, operation.value)) return { type: 'refused', operation, reason: 'different' };
    } else {
      const next = changed(value, tokens, operation);
      if (next === undefined) return { type: 'refused', operation, reason: 'missing' };
      value = next;
    }
  }
  return { type: 'patched', value };
}

/** What a JSON pointer names; undefined where it names nothing. */
export function valueAt(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const token of pointerTokens(pointer)) {
    if (value === undefined) return undefined;
    value = isList(value) ? itemAt(value, token) : isObject(value) ? own(value, token) : undefined;
  }
  return value;
}

export function pointerTokens(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

type Change = Exclude<PatchOperation, { readonly op: 'test' }>;

function changed(value: Json, [token, ...rest]: readonly string[], change: Change): Json | undefined {
  if (token === undefined) return change.op === 'remove' ? undefined : change.value;
  if (isList(value)) return changedList(value, token, rest, change);
  return isObject(value) ? changedObject(value, token, rest, change) : undefined;
}

function changedObject(
  value: JsonObject,
  token: string,
  rest: readonly string[],
  change: Change,
): JsonObject | undefined {
  const old = own(value, token);
  if (old === undefined)
    return rest.length === 0 && change.op === 'add' ? withEntry(value, token, change.value) : undefined;
  if (rest.length === 0 && change.op === 'remove') return withEntry(value, token, undefined);
  const next = changed(old, rest, change);
  return next === undefined ? undefined : withEntry(value, token, next);
}

/** In its place, or behind the others. Built of entries: an assignment to `__proto__` would make no key. */
function withEntry(value: JsonObject, token: string, next: Json | undefined): JsonObject {
  const at = Object.keys(value).indexOf(token);
  const entries = Object.entries(value);
  const written: [string, Json][] = next === undefined ? [] : [[token, next]];
  return Object.fromEntries(entries.toSpliced(at < 0 ? entries.length : at, at < 0 ? 0 : 1, ...written));
}

function changedList(
  value: readonly Json[],
  token: string,
  rest: readonly string[],
  change: Change,
): readonly Json[] | undefined {
  const index = indexOf(token, value.length);
  if (index === null) return undefined;
  if (rest.length === 0 && change.op === 'add') return value.toSpliced(index, 0, change.value);
  const old = value[index];
  if (old === undefined) return undefined;
  if (rest.length === 0 && change.op === 'remove') return value.toSpliced(index, 1);
  const next = changed(old, rest, change);
  return next === undefined ? undefined : value.with(index, next);
}

/** Up to `length`, which is where something can be added; `-` means that too. */
export function indexOf(token: string, length: number): number | null {
  if (token === '-') return length;
  const index = /^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : null;
  return index !== null && index <= length ? index : null;
}

function itemAt(value: readonly Json[], token: string): Json | undefined {
  const index = indexOf(token, value.length);
  return index === null ? undefined : value[index];
}

function own(value: JsonObject, token: string): Json | undefined {
  return Object.hasOwn(value, token) ? value[token] : undefined;
}
