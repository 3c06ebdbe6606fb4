import { expect, test } from 'vitest';
import { escapeCell, escapeControls } from '../../plugin/output/escape.ts';
import { printJson } from '../../plugin/output/json.ts';
import { printTable } from '../../plugin/output/table.ts';
import { decideTerminal } from '../../plugin/output/terminal.ts';
import { printYaml } from '../../plugin/output/yaml.ts';

test.each([
  ['a terminal', true, {}, 'auto', true],
  ['a pipe', false, {}, 'auto', false],
  ['NO_COLOR, even empty', true, { NO_COLOR: '' }, 'auto', false],
  ['a dumb terminal', true, { TERM: 'dumb' }, 'auto', false],
  ['never', true, {}, 'never', false],
  ['always, into a pipe', false, { NO_COLOR: '1' }, 'always', true],
] as const)('colour: %s', (_, isTerminal, env, choice, color) => {
  expect(decideTerminal(isTerminal, env, choice).color).toBe(color);
});

test('no control character reaches the terminal', () => {
  expect(escapeCell('a\u001b[31mb')).toBe('a^[[31mb');
  expect(escapeCell('a\rb\u0007\u007f')).toBe('a\\rb^G^?');
  expect(escapeCell('first\nsecond')).toBe('first...');
  expect(escapeCell('first\fsecond')).toBe('first...');
  expect(escapeCell('\u009b31m \u202e \u200b \u2066')).toBe('\\u009b31m \\u202e \\u200b \\u2066');
  expect(escapeControls('a\nb')).toBe('a\\nb');
  expect(escapeCell('日本語 émile')).toBe('日本語 émile');
});

test('JSON and YAML keep the value and hide the character', () => {
  const value = { name: 'a\u001b\u009b\u202eb', plain: 'c: d' };
  for (const text of [printJson(value), printYaml(value)]) expect(text).not.toMatch(/[\u001b\u0080-\u009f\u202e]/);
  expect(JSON.parse(printJson(value))).toEqual(value);
  expect(printYaml(value)).toBe('name: "a\\e\\u009b\\u202eb"\nplain: "c: d"\n');
});

test('rows that come later stand under the first ones, wide glyphs too', () => {
  const first = printTable({ headers: ['HOST', 'STATUS'], rows: [['日本.example', 'valid']], widths: [] });
  const later = printTable({ headers: null, rows: [['a', 'valid']], widths: first.widths });
  expect(first.text).toBe('HOST           STATUS\n日本.example   valid\n');
  expect(later.text).toBe('a              valid\n');
});

test('a long table is laid out as one', () => {
  const rows = Array.from({ length: 100 }, (_, row) => ['x'.repeat(row % 37), 'end']);
  const { text } = printTable({ headers: ['A', 'B'], rows, widths: [] });
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(101);
  expect(new Set(lines.slice(1).map((line) => line.indexOf('end')))).toEqual(new Set([36 + 3]));
});
