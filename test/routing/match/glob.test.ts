import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsGlob } from '../../../routing/match/glob.ts';

/** By its definition, and slow: a star takes nothing, or one character and tries again. */
function fits(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (pattern.startsWith('*')) return fits(pattern.slice(1), name) || (name !== '' && fits(pattern, name.slice(1)));
  return pattern[0] === name[0] && name !== '' && fits(pattern.slice(1), name.slice(1));
}

describe('a glob over host names', () => {
  it.each([
    ['*', 'anything', true],
    ['*', '', true],
    ['*.example.com', '*.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['shop*', 'shop.example.com', true],
    ['*shop*', 'a.shop.b', true],
    ['a*a', 'a', false],
    ['a*b*c', 'acb', false],
    ['a.c', 'abc', false],
  ])('%s fits %s: %s', (pattern, name, expected) => expect(fitsGlob(pattern, name)).toBe(expected));

  it('means what a star means', () => {
    const text = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });
    fc.assert(
      fc.property(text('ab*'), text('ab'), (pattern, name) => fitsGlob(pattern, name) === fits(pattern, name)),
      { numRuns: 5000 },
    );
  });

  it('takes no time for many stars', () => {
    expect(fitsGlob('*a'.repeat(2000), 'a'.repeat(1999))).toBe(false);
    expect(fitsGlob('*a'.repeat(2000), 'a'.repeat(2000))).toBe(true);
  });
});
