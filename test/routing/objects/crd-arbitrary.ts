import fc from 'fast-check';
import type { CrdSchema } from '../../../scripts/objects/crd-schema.ts';

/** Values that a CRD schema admits, small ones. */
export function admitted(schema: CrdSchema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined
        ? admittedObject(schema)
        : fc.dictionary(fc.string(), fc.string());
    case 'array':
      return fc.array(admitted(schema.items ?? { type: 'string' }), { minLength: schema.minItems ?? 0, maxLength: 2 });
    case 'string':
      return admittedString(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: schema.maximum ?? 70_000 });
    case 'boolean':
      return fc.boolean();
  }
}

function admittedObject(schema: CrdSchema): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}).map(([field, child]) => [field, admitted(child)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] });
}

function admittedString({ pattern, minLength = 0 }: CrdSchema): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ minLength, maxLength: 8 });
  return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' });
}

/** `value` with one of its parts, at any depth, taken away or made something else. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  return fc.tuple(fc.nat(), fc.option(anything, { nil: undefined })).map(([seed, replacement]) => {
    const paths = pathsOf(value);
    return replaced(value, paths[seed % paths.length] ?? [], replacement);
  });
}

const anything = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'x', '*', 0, -1, 65_536, 1.5, NaN, true, [], {}, [null], { x: 1 }),
  fc.anything({ maxDepth: 2 }),
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const children = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...children.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === key ? replaced(item, rest, replacement) : item));
  }
  const record = value as Readonly<Record<string, unknown>>;
  return { ...record, [key]: replaced(record[key], rest, replacement) };
}
