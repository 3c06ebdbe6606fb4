import { conformBoolean, conformIntOrString, conformInteger, conformString } from './conform-scalar.ts';
import { closest } from './edit-distance.ts';
import { fitted } from './fitted.ts';
import { seemsGuarded } from './guarded-fields.ts';
import { entryOf, fieldOf, invalidValue, itemOf, maySay, missing, pointerOf, wrongType, type Place } from './place.ts';
import { childPointer } from './pointer.ts';
import type { ArraySchema, ObjectSchema, Schema, Shape } from './schema.ts';
import { quoted } from './sentence.ts';

/**
 * What of `raw` has the form that `schema` asks for, frozen; the rest is left out, and `place.problems`
 * says why. Items that are objects keep their position, however little is left of them, so that pointers
 * stay true. Never throws: work is bounded by the schema, which has no recursion, and by the size of `raw`.
 */
export function conform<const S extends Schema>(schema: S, raw: unknown, place: Place): Shape<S> | undefined {
  // The one place where the form that was checked becomes the type that says so.
  return clean(schema, raw, place) as Shape<S> | undefined;
}

function clean(schema: Schema, raw: unknown, place: Place): unknown {
  switch (schema.type) {
    case 'object':
      return cleanObject(schema, raw, place);
    case 'map':
      return cleanMap(schema.values, raw, place);
    case 'array':
      return cleanArray(schema, raw, place);
    case 'string':
      return conformString(schema, raw, place);
    case 'integer':
      return conformInteger(schema, raw, place);
    case 'boolean':
      return conformBoolean(raw, place);
    case 'int-or-string':
      return conformIntOrString(raw, place);
    case 'any':
      return undefined;
  }
}

function cleanObject(schema: ObjectSchema, raw: unknown, place: Place): object | undefined {
  if (!isRecord(raw)) return wrongType(place, 'an object', raw);
  const kept: Record<string, unknown> = {};
  for (const [field, child] of fieldsOf(schema)) {
    const value = Object.hasOwn(raw, field) ? raw[field] : undefined;
    if (value === undefined || (value === null && schema.nulls === 'absent')) {
      if (schema.required?.includes(field) === true) missing(place, field);
      if ('default' in child) kept[field] = child.default;
      continue;
    }
    const cleaned = clean(child, value, fieldOf(place, field));
    if (cleaned !== undefined) kept[field] = cleaned;
  }
  if (schema.unknownFields !== 'ignored') reportUnknown(schema, raw, place);
  return Object.freeze(kept);
}

const fields = new WeakMap<ObjectSchema, readonly (readonly [string, Schema])[]>();

/** Of a schema, which is asked for them with every object. */
function fieldsOf(schema: ObjectSchema): readonly (readonly [string, Schema])[] {
  const known = fields.get(schema);
  if (known !== undefined) return known;
  const listed = Object.entries(schema.properties);
  fields.set(schema, listed);
  return listed;
}

function reportUnknown(schema: ObjectSchema, raw: Readonly<Record<string, unknown>>, place: Place): void {
  for (const field of Object.keys(raw)) {
    if (Object.hasOwn(schema.properties, field) || raw[field] === undefined) continue;
    const meant = closest(field, Object.keys(schema.properties));
    const restricts = place.guarded || seemsGuarded(field);
    const isNamed = maySay(place, field);
    place.problems.push({
      pointer: isNamed ? childPointer(pointerOf(place), field) : pointerOf(place),
      reason: 'UnknownField',
      message: `${place.name} has no field ${isNamed ? quoted(field) : 'of such a name'}${advice(meant, restricts)}`,
      severity: restricts ? 'error' : 'warning',
    });
  }
}

function advice(meant: string | null, restricts: boolean): string {
  const consequence = 'meant to restrict, so what it stands on is not served';
  if (meant === null) return restricts ? `; it may have been ${consequence}` : '; it has no effect';
  return `; did you mean ${meant}?${restricts ? ` It may have been ${consequence}` : ''}`;
}

function cleanMap(values: Schema, raw: unknown, place: Place): ReadonlyMap<string, unknown> | undefined {
  if (!isRecord(raw)) return wrongType(place, 'an object', raw);
  const kept = new Map<string, unknown>();
  for (const [key, value] of Object.entries(raw)) {
    if (value === undefined) continue;
    const cleaned = clean(values, value, entryOf(place, key));
    if (cleaned !== undefined) kept.set(key, cleaned);
  }
  return Object.freeze(kept);
}

function cleanArray(schema: ArraySchema, raw: unknown, place: Place): readonly unknown[] | undefined {
  if (!Array.isArray(raw)) return wrongType(place, 'a list', raw);
  const { minItems = 0, maxItems = Infinity } = schema;
  if (raw.length < minItems) return invalidValue(place, `a list of at least ${minItems}`, raw);
  if (raw.length > maxItems) return invalidValue(place, `a list of at most ${maxItems}`, raw);
  const kept: unknown[] = [];
  for (let index = 0; index < raw.length; index += 1) {
    const cleaned = clean(schema.items, raw[index], itemOf(place, index));
    if (cleaned !== undefined) kept.push(cleaned);
    else if (schema.items.type === 'object') kept.push(nothing);
  }
  return Object.freeze(fitted(kept));
}

const nothing = Object.freeze({});

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
