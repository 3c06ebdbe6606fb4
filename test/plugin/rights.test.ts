import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeRight, rightOf, roleFor } from '../../plugin/services/rights.ts';

const shop = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies';

test.each([
  ['GET', '/api/v1/services', {}, 'list services in all namespaces'],
  ['GET', '/api/v1/namespaces/shop/services', {}, 'list services in namespace shop'],
  ['GET', shop, { watch: '1' }, 'watch httpproxies.projectcontour.io in namespace shop'],
  ['GET', `${shop}/web`, {}, 'get httpproxies.projectcontour.io "web" in namespace shop'],
  ['PATCH', `${shop}/web`, {}, 'patch httpproxies.projectcontour.io "web" in namespace shop'],
  ['POST', shop, {}, 'create httpproxies.projectcontour.io in namespace shop'],
  ['PUT', `${shop}/web/status`, {}, 'update httpproxies.projectcontour.io/status "web" in namespace shop'],
  ['DELETE', `${shop}/a%2Fb`, {}, 'delete httpproxies.projectcontour.io "a/b" in namespace shop'],
  ['GET', '/api/v1/namespaces/shop', {}, 'get namespaces "shop" in all namespaces'],
] as const)('%s %s %j', (method, path, query, expected) => {
  const right = rightOf(method, path, query);
  expect(right && describeRight(right)).toBe(expected);
});

test('what is of no object needs none', () => {
  expect([rightOf('GET', '/version'), rightOf('GET', '/')]).toEqual([null, null]);
});

test('a Role for a namespace, a ClusterRole for all, with what reading takes together', () => {
  const role = (path: string, method = 'GET') => parse(roleFor(rightOf(method, path)!).join('\n')) as object;
  expect(role(shop)).toEqual({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'contour-read-httpproxies', namespace: 'shop' },
    rules: [{ apiGroups: ['projectcontour.io'], resources: ['httpproxies'], verbs: ['get', 'list', 'watch'] }],
  });
  expect(role('/api/v1/services')).toMatchObject({ kind: 'ClusterRole', metadata: { name: 'contour-read-services' } });
  expect(role(`${shop}/web`, 'PATCH')).toMatchObject({ rules: [{ verbs: ['patch'] }] });
});
