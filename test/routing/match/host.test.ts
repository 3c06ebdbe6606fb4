import { describe, expect, it } from 'vitest';
import { chooseHost } from '../../../routing/match/host.ts';

const declared = new Set(['one.example.com', '*.example.com', '*.a.example.com', '[::1]', 'localhost', '10.0.0.1']);

describe('the host that Envoy would choose', () => {
  it.each([
    ['one.example.com', 'one.example.com'],
    ['ONE.Example.COM', 'one.example.com'],
    ['one.example.com:8080', 'one.example.com'],
    ['two.example.com', '*.example.com'],
    ['TWO.example.com:1', '*.example.com'],
    ['x.a.example.com', '*.a.example.com'],
    ['a.example.com', '*.example.com'],
    ['localhost:80', 'localhost'],
    ['10.0.0.1:80', '10.0.0.1'],
    ['[::1]', '[::1]'],
    ['[::1]:8080', '[::1]'],
  ])('%s is served by %s', (name, host) => expect(chooseHost(declared, name)).toBe(host));

  it.each([
    'x.y.example.com',
    'example.com',
    '.example.com',
    'one.example.com.',
    'example',
    '',
    ':80',
    '[::2]:80',
    '[',
  ])('none serves "%s"', (name) => {
    expect(chooseHost(declared, name)).toBeNull();
    expect(chooseHost(new Set([...declared, '*']), name)).toBe('*');
  });

  it.each(['__proto__', 'constructor', 'toString'])('%s is a name like any other', (name) => {
    expect(chooseHost(declared, name)).toBeNull();
    expect(chooseHost(new Set([name.toLowerCase()]), name)).toBe(name.toLowerCase());
  });

  it('prefers the exact name to its wildcard, and both to every other host', () => {
    const all = ['one.example.com', '*.example.com', '*'];
    expect(chooseHost(new Set(all), 'one.example.com')).toBe('one.example.com');
    expect(chooseHost(new Set(all.slice(1)), 'one.example.com')).toBe('*.example.com');
    expect(chooseHost(new Set(all.slice(2)), 'one.example.com')).toBe('*');
  });
});
