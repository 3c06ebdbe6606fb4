import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { patterns } from '../../../routing/objects/pattern.ts';
import { patternName } from '../../../scripts/objects/pattern-name.ts';
import { nodesOf, readCrd, specSchema } from './crds.ts';

const expressions = new Set(
  nodesOf(specSchema(readCrd('httpproxies'))).flatMap(([, { pattern }]) => (pattern === undefined ? [] : [pattern])),
);

/** Texts made of what the expressions care about, so that near misses are common. */
const nearby = fc
  .array(
    fc.constantFrom(
      ...'aZ09-.*_/;:"\\ \t\n\x7f\0=(é',
      'µs',
      'ms',
      'h',
      '1',
      '1.5',
      '.5',
      'infinity',
      'infinite',
      '*.',
      'a.b',
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));

describe.each([...expressions])('%s', (expression) => {
  const whole = new RegExp(expression, 'u');
  const { test: admits } = patterns[patternName(expression)];

  test('is checked by a function that admits the same texts', () => {
    fc.assert(
      fc.property(fc.oneof(nearby, fc.stringMatching(whole)), (text) => {
        expect(admits(text)).toBe(whole.test(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('takes time in proportion to the text', () => {
    const started = performance.now();
    for (const part of ['a', '1', '.', '-', '1.', 'a-']) admits(`${part.repeat(200_000)}!`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test('an expression that no function checks is refused', () => {
  expect(() => patternName('^new$')).toThrow('no function checks ^new$');
});
