import { expect, test } from 'vitest';
import { environmentProxy } from '../../kubernetes/environment-proxy.ts';

const proxy = 'http://proxy:3128';

function proxied(server: string, exempt: string): boolean {
  return environmentProxy(new URL(server), { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: exempt }) !== null;
}

test.each([
  ['https://a.example.com', '', true],
  ['https://a.example.com', '*', false],
  ['https://a.example.com', 'example.com', false],
  ['https://example.com', 'example.com', false],
  ['https://notexample.com', 'example.com', true],
  ['https://a.example.com', '.example.com', false],
  ['https://example.com', '.example.com', true],
  ['https://a.example.com', '*.example.com', false],
  ['https://A.example.com', 'x, EXAMPLE.com ,y', false],
  ['https://a.example.com:6443', 'example.com:6443', false],
  ['https://a.example.com', 'example.com:6443', true],
  ['https://a.example.com', 'example.com:443', false],
  ['http://a.example.com', 'example.com:80', false],
  ['https://10.1.2.3:6443', '10.0.0.0/8', false],
  ['https://11.1.2.3', '10.0.0.0/8', true],
  ['https://10.1.2.3', '10.1.2.3', false],
  ['https://10.1.2.3', '10.1.2.30', true],
  ['https://[fd00::1]:6443', 'fd00::/8', false],
  ['https://[fd00::1]', 'fd00::1', false],
  ['https://[fd00::1]', '10.0.0.0/8', true],
  ['https://a.example.com', '10.0.0.0/8,x/y,/8,1.2.3.4/99', true],
  ['https://localhost:6443', '', false],
  ['https://127.0.0.2:6443', '', false],
  ['https://[::1]:6443', '', false],
])('%s, exempt %j: %s', (server, exempt, expected) => {
  expect(proxied(server, exempt)).toBe(expected);
});

test('each scheme has a variable of its own, in either case, and one may leave the scheme of the proxy out', () => {
  const server = new URL('https://a.example.com');
  expect(environmentProxy(server, { HTTP_PROXY: proxy })).toBeNull();
  expect(environmentProxy(server, { https_proxy: 'proxy:3128' })).toBe(proxy);
  expect(environmentProxy(new URL('http://a.example.com'), { http_proxy: proxy })).toBe(proxy);
  expect(environmentProxy(server, { HTTPS_PROXY: '', https_proxy: proxy })).toBe(proxy);
});
