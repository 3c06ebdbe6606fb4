import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';

type Json = unknown;

/** Every document of every golden case, as people would write it. */
export const writtenObjects: readonly Json[] = globSync(join(import.meta.dirname, '../cases/*/*/in.yaml'))
  .sort()
  .flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Json));

function nested(depth: number): Json {
  let value: Json = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { prefix: value };
  return value;
}

const odd = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue() },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Json[]>(
      null,
      undefined,
      '',
      'x',
      '*',
      '/',
      0,
      -1,
      NaN,
      Infinity,
      2 ** 53 + 2,
      '1e400',
      true,
      [],
      {},
      [null],
      [[]],
      [{}],
      '__proto__',
      'constructor',
      'a\nb',
      '\u0000',
      '\ud800',
      '(',
      '(a+)+$',
      '/x{1000}',
      'x'.repeat(70_000),
      '*.*.example.com',
      'shop.example.com',
      '2026-01-01T00:00:00Z',
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {}}}') as Json,
      nested(500),
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom(...writtenObjects).chain((object) => fc.constantFrom(...parts(object))) },
);

/** Everything inside a value, itself included. */
function parts(value: Json): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.values(value).flatMap(parts)];
}

interface Change {
  readonly at: number;
  readonly way: 'replace' | 'remove' | 'repeat' | 'rename';
  readonly value: Json;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  way: fc.constantFrom('replace' as const, 'replace' as const, 'remove' as const, 'repeat' as const, 'rename' as const),
  value: odd,
});

/** An object as somebody wrote it, with a few of its places made odd. */
export const oddObject: fc.Arbitrary<Json> = fc
  .record({ object: fc.constantFrom(...writtenObjects), changes: fc.array(change, { maxLength: 4 }) })
  .map(({ object, changes }) => changes.reduce(changed, structuredClone(object)));

/** Picks a place by number; the value is a clone of ours, so it is changed where it stands. */
function changed(object: Json, { at, way, value }: Change): Json {
  const places = placesIn(object);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return structuredClone(value);
  const { holder, key } = place;
  if (way === 'replace') holder[key] = structuredClone(value);
  if (way === 'remove') Reflect.deleteProperty(holder, key);
  if (way === 'rename') {
    holder[`${key}s`] = holder[key];
    Reflect.deleteProperty(holder, key);
  }
  if (way === 'repeat' && Array.isArray(holder))
    holder.push(...Array.from({ length: 50 }, () => structuredClone(holder[0] as Json)));
  return object;
}

interface Place {
  readonly holder: Record<string | number, Json>;
  readonly key: string;
}

/** Not into what is nested deeper than anybody writes. */
function placesIn(value: Json, depth = 0): readonly Place[] {
  if (typeof value !== 'object' || value === null || depth > 20) return [];
  const holder = value as Record<string, Json>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key], depth + 1)]);
}
