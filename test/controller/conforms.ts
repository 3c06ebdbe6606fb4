import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

/** Holds an answer against its published schema. */
export function conforms(schema: string, body: unknown): void {
  const file = new URL(`../../docs/schemas/${schema}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  expect(validate(body), ajv.errorsText(validate.errors)).toBe(true);
}
