import { expect, test } from 'vitest';
import { printSource } from '../../plugin/output/source.ts';
import type { ReportSource } from '../../plugin/report.ts';

const api = { from: 'api', version: '1.0.0', cluster: 'https://one', context: null, namespaces: null } as const;
const controller: ReportSource = { from: 'controller', version: '1.0.0', url: 'http://127.0.0.1:6060' };
const whole: ReportSource = { ...api, unread: [], why: null };
const part: ReportSource = { ...api, namespaces: ['shop'], unread: ['httpproxies outside of shop'], why: null };

test.each([
  ['a controller', controller, 'Source: the controller at http://127.0.0.1:6060, version 1.0.0\n'],
  ['all objects', whole, 'Source: objects of https://one, compiled here by version 1.0.0\n'],
])('%s is named to people, and not in the way of scripts', (_name, source, line) => {
  expect(printSource(source, true)).toBe(line);
  expect(printSource(source, false)).toBe('');
});

test('a wide table says who answered, wherever it goes', () => {
  const line = 'Source: the controller at http://127.0.0.1:6060, version 1.0.0\n';
  expect([printSource(controller, false, 'wide'), printSource(controller, false, 'table')]).toEqual([line, '']);
});

test('an answer in part says so to everybody', () => {
  const line =
    'Source: objects of https://one in shop, compiled here by version 1.0.0; in part, without httpproxies outside of shop\n';
  expect([printSource(part, true), printSource(part, false)]).toEqual([line, line]);
});
