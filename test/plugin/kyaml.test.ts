import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { printKyaml } from '../../plugin/output/kyaml.ts';
import { golden } from './built-plugin.ts';
import { sample, texts, words } from './kyaml-samples.ts';

test('kyaml of an object', async () => {
  await expect(printKyaml(sample)).toMatchFileSnapshot(join(golden, 'kyaml.txt'));
});

test('every reader of YAML reads what was printed', () => {
  expect(parse(printKyaml(sample))).toEqual(sample);
  for (const text of [
    ...words,
    ...texts,
    'a\n\r\n \u00a0\nb',
    '\u007f\u0080\u0085\u009f',
    'x\n\u0085\ny',
    '1e999',
    '0xffffffffffffffff',
  ]) {
    const value = { [text]: [text, { text: `${text}\n${text}` }] };
    expect(parse(printKyaml(value)), JSON.stringify(text)).toEqual(value);
  }
});

test('half a character is none', () => {
  expect(printKyaml({ text: 'a\ud800b' })).toBe('---\n{\n  text: "a\ufffdb",\n}\n');
});

test.each([
  ['a', '"a"'],
  [1, '1'],
  [null, 'null'],
  [undefined, 'null'],
  [[], '[]'],
  [{}, '{}'],
  [{ gone: undefined }, '{}'],
])('%j stands alone', (value, expected) => {
  expect(printKyaml(value)).toBe(`---\n${expected}\n`);
});
