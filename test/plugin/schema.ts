import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** Judges by a published schema, which it must be able to read without another. */
export function validatorOf(name: string): ValidateFunction {
  const schema = new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url);
  return new Ajv2020({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, 'utf8')) as object);
}

/** A document a line, each as its schema has it; throws where one is not. */
export function validLines(name: string, text: string): readonly unknown[] {
  const isValid = validatorOf(name);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const document: unknown = JSON.parse(line);
      if (!isValid(document)) throw new Error(`${line} is no ${name}: ${JSON.stringify(isValid.errors)}`);
      return document;
    });
}
