import type { CrdSchema } from './crd-schema.ts';

/** Every titled schema under `root`, itself last: each one comes after those it refers to. */
export function namedSchemas(root: CrdSchema): ReadonlyMap<string, CrdSchema> {
  const found = new Map<string, CrdSchema>();
  collect(root, found);
  return found;
}

function collect(schema: CrdSchema, found: Map<string, CrdSchema>): void {
  for (const child of Object.values(schema.properties ?? {})) collect(child, found);
  if (schema.items !== undefined) collect(schema.items, found);
  if (schema.title === undefined) {
    if (schema.type === 'object' && schema.additionalProperties === undefined) {
      throw new Error(`an object schema has no title: ${schema.description ?? '(and no description)'}`);
    }
    return;
  }
  const known = found.get(schema.title);
  // The YAML parser gives every alias of one anchor the same object.
  if (known !== undefined && known !== schema) throw new Error(`two schemas are titled ${schema.title}`);
  found.set(schema.title, schema);
}
