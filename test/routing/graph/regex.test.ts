import { describe, expect, it } from 'vitest';
import { regexFault, regexMatches } from '../../../routing/graph/regex.ts';

describe('a regex as Envoy would take it', () => {
  it.each(['/a', '/a(b|c)*', '/[0-9]{1,3}', '(?i)/A', '/é', '(a+)+$', '\\Q/a.b\\E'])('%s is taken', (pattern) => {
    expect(regexFault(pattern, 1000)).toBeNull();
  });

  it.each([
    ['', 'is empty'],
    ['(', 'is not valid RE2 syntax'],
    ['/a(?=b)', 'is not valid RE2 syntax'],
    ['(?<!a)b', 'is not valid RE2 syntax'],
    ['(a)\\1', 'is not valid RE2 syntax'],
    ['a{1001}', 'is not valid RE2 syntax'],
    ['(x{1000}){1000}', 'is not valid RE2 syntax'],
    ['('.repeat(4000) + ')'.repeat(4000), 'is not valid RE2 syntax'],
    ['a'.repeat(8193), 'is longer than 8192 characters'],
    ['/static/[a-zA-Z0-9._-]{0,200}/x', 'is too large'],
    ['a?'.repeat(4000), 'is too large'],
  ])('%s is refused', (pattern, fault) => expect(regexFault(pattern, 200)).toContain(fault));

  it('matches the whole text, in time that does not explode', () => {
    expect(regexMatches('(a+)+b', 'a'.repeat(10_000))).toBe(false);
    expect(regexMatches('/é', '/é')).toBe(true);
    expect(regexMatches('/.', '/é'), 'Envoy reads bytes').toBe(false);
  });
});
