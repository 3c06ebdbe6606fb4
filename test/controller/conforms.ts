import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

const folder = new URL('../../docs/schemas/', import.meta.url);

/** Holds an answer against its published schema. */
export function conforms(schema: string, body: unknown): void {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, allowUnionTypes: true });
  // They refer to each other.
  for (const file of readdirSync(folder)) {
    ajv.addSchema(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as object, file);
  }
  const valid = ajv.validate(`${schema}.schema.json`, body);
  expect(valid, ajv.errorsText(ajv.errors)).toBe(true);
}
