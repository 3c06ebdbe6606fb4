import { expect, test } from 'vitest';
import { isInteractive, isProtected } from '../../plugin/commands/interactive.ts';

const protects = (context: string | null, protect: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  isProtected(context, { protect }, env);

test('a context is protected by a pattern of --protect, else of the environment', () => {
  expect(protects('prod-eu', ['prod-*'])).toBe(true);
  expect(protects('prod-eu', ['test', '*-eu'])).toBe(true);
  expect(protects('prod-eu', ['prod'])).toBe(false);
  expect(protects('prod-eu', [], { KUBECTL_CONTOUR_PROTECT: 'test-*,prod-*' })).toBe(true);
  // What is said now is what counts.
  expect(protects('prod-eu', ['other'], { KUBECTL_CONTOUR_PROTECT: 'prod-*' })).toBe(false);
});

test('nothing is protected where nobody says so, and a pattern is no regular expression', () => {
  expect(protects('prod-eu', [])).toBe(false);
  expect(protects('', [], { KUBECTL_CONTOUR_PROTECT: ',' })).toBe(false);
  expect(protects(null, ['*'])).toBe(false);
  expect(protects('prod-eu', ['prod.eu'])).toBe(false);
});

const somebody = {
  env: { TERM: 'xterm' },
  stdinIsTerminal: true,
  terminal: { interactive: true, color: false },
} as const;
const shows = (changes: object = {}, flags: object = {}) =>
  isInteractive({ ...somebody, ...changes } as typeof somebody, { plain: false, ...flags });

test.each([
  ['somebody at a terminal', {}, {}, true],
  ['--plain', {}, { plain: true }, false],
  ['-o json', {}, { output: 'json' }, false],
  ['a pipe behind', { terminal: { interactive: false, color: false } }, {}, false],
  ['a pipe before', { stdinIsTerminal: false }, {}, false],
  ['a terminal that can do nothing', { env: { TERM: 'dumb' } }, {}, false],
  ['a machine that builds', { env: { TERM: 'xterm', CI: 'true' } }, {}, false],
  ['CI=false', { env: { TERM: 'xterm', CI: 'false' } }, {}, true],
])('a screen is for somebody who looks: %s', (_, changes, flags, shown) => {
  expect(shows(changes, flags)).toBe(shown);
});
