import { describe, expect, it } from 'vitest';
import { pathMatches } from '../../../routing/match/path.ts';

describe('a path match', () => {
  it.each([
    ['Exact', '/blog', '/blog', true],
    ['Exact', '/blog', '/blog/', false],
    ['Prefix', '/blog', '/blogger', true],
    ['Prefix', '/blog', '/blo', false],
    ['Prefix', '/blog/', '/blog', false],
    ['SegmentPrefix', '/blog', '/blog', true],
    ['SegmentPrefix', '/blog', '/blog/', true],
    ['SegmentPrefix', '/blog', '/blog/a', true],
    ['SegmentPrefix', '/blog', '/blogger', false],
    ['Regex', '/b[0-9]+', '/b12', true],
    ['Regex', '/b[0-9]+', '/b12/x', false],
    ['Regex', '/b[0-9]+', '/a/b12', false],
    ['Regex', '/a|/b', '/b', true],
  ] as const)('%s %s takes %s: %s', (type, value, path, expected) => {
    expect(pathMatches({ type, value }, path)).toBe(expected);
  });
});
