import type { CrdSchema } from './crd-schema.ts';

/**
 * The TypeScript interface of one titled schema. Every field is optional, required ones too: a value
 * that cannot be read is dropped while decoding, and who reads the field has to think of that.
 */
export function interfaceOf(name: string, schema: CrdSchema): string {
  const fields = Object.entries(schema.properties ?? {}).map(([field, child]) => fieldOf(schema, field, child));
  const body = fields.length === 0 ? 'Readonly<Record<string, never>>;' : `{\n${fields.join('\n')}\n}`;
  const head = fields.length === 0 ? `export type ${name} = ` : `export interface ${name} `;
  return `/** ${schema.description ?? name} */\n${head}${body}`;
}

function fieldOf(parent: CrdSchema, field: string, schema: CrdSchema): string {
  const notes = [
    schema.description,
    parent.required?.includes(field) === true ? 'Required.' : undefined,
    schema.default === undefined ? undefined : `Default ${JSON.stringify(schema.default)}.`,
  ].filter((note) => note !== undefined);
  return `  /** ${notes.join(' ')} */\n  readonly ${field}?: ${typeOf(schema)} | undefined;`;
}

function typeOf(schema: CrdSchema): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  switch (schema.type) {
    case 'array':
      return `readonly ${bracketed(typeOf(itemsOf(schema)))}[]`;
    case 'object':
      return `ReadonlyMap<string, ${typeOf(valuesOf(schema))}>`;
    case 'integer':
      return 'number';
    default:
      return schema.type;
  }
}

function bracketed(type: string): string {
  return type.includes(' ') ? `(${type})` : type;
}

export function itemsOf(schema: CrdSchema): CrdSchema {
  if (schema.items === undefined) throw new Error('a list schema says nothing of its items');
  return schema.items;
}

export function valuesOf(schema: CrdSchema): CrdSchema {
  if (schema.additionalProperties === undefined) throw new Error('an untitled object schema is no map');
  return schema.additionalProperties;
}
