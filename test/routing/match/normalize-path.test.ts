import { describe, expect, it } from 'vitest';
import { normalizePath } from '../../../routing/match/normalize-path.ts';

describe('a path as Envoy puts it in order', () => {
  it.each([
    ['/a/./b/../c', '/a/c'],
    ['/..', '/'],
    ['/a/..', '/'],
    ['/a/%2E%2e/b', '/b'],
    ['/a.b/.c', '/a.b/.c'],
    ['/a//b///', '/a/b/'],
    ['//', '//'],
    ['/a\\b', '/a/b'],
    ['/%61%2f%7E', '/a%2f~'],
    ['/%%36%31', '/%2561'],
    ['/%%616', '/%25a6'],
    ['/%a%36', '/%25a6'],
    ['/é "x"', '/%C3%A9%20%22x%22'],
    ['/a/../b?c=/../d//e', '/b?c=/../d//e'],
  ])('%s is %s', (path, expected) => expect(normalizePath(path)).toBe(expected));

  it.each(['/%00', '/a#b'])('%s is refused', (path) => expect(normalizePath(path)).toBeNull());
});
