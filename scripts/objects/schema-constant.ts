import type { CrdSchema } from './crd-schema.ts';
import { itemsOf, valuesOf } from './interface.ts';
import { patternName } from './pattern-name.ts';

/** The constant that the checker walks for one titled schema; it refers to other titled ones by name. */
export function schemaConstant(name: string, schema: CrdSchema): string {
  return `const ${constantName(name)} = deepFreeze(${objectLiteral(schema)} as const satisfies Schema);`;
}

/** `HTTPProxySpec` -> `httpProxySpecSchema`. */
function constantName(title: string): string {
  return `${title.replace(/^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]/, (head) => head.toLowerCase())}Schema`;
}

function objectLiteral(schema: CrdSchema): string {
  const lines = Object.entries(schema.properties ?? {}).map(([field, child]) => `    ${field}: ${literal(child)},\n`);
  const required = schema.required === undefined ? '' : `  required: ${JSON.stringify(schema.required)},\n`;
  return `{\n  type: 'object',\n${required}  properties: {\n${lines.join('')}  },\n}`;
}

function literal(schema: CrdSchema): string {
  if (schema.title !== undefined) return constantName(schema.title);
  const parts = Object.entries(partsOf(schema)).filter(([, value]) => value !== undefined);
  return `{ ${parts.map(([key, value]) => `${key}: ${String(value)}`).join(', ')} }`;
}

/** The fields of a schema node, each already written as code. */
function partsOf(schema: CrdSchema): Readonly<Record<string, string | undefined>> {
  const json = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
  const shared = { enum: json(schema.enum), default: json(schema.default) };
  switch (schema.type) {
    case 'array':
      return {
        type: `'array'`,
        items: literal(itemsOf(schema)),
        minItems: json(schema.minItems),
        maxItems: json(schema.maxItems),
      };
    case 'object':
      return { type: `'map'`, values: literal(valuesOf(schema)) };
    case 'string':
      return {
        type: `'string'`,
        ...shared,
        pattern: schema.pattern === undefined ? undefined : `'${patternName(schema.pattern)}'`,
        minLength: json(schema.minLength),
        maxLength: json(schema.maxLength),
      };
    case 'integer':
      return { type: `'integer'`, ...shared, minimum: json(minimum(schema)), maximum: json(maximum(schema)) };
    default:
      return { type: `'boolean'`, default: shared.default };
  }
}

// The API server holds int32 fields to their 32 bits.
function minimum(schema: CrdSchema): number | undefined {
  return schema.minimum ?? (schema.format === 'int32' ? -(2 ** 31) : undefined);
}

function maximum(schema: CrdSchema): number | undefined {
  return schema.maximum ?? (schema.format === 'int32' ? 2 ** 31 - 1 : undefined);
}
