import { describe, expect, test } from 'vitest';
import { type Json, type JsonObject, valueAt } from '../../../files/edit/json-patch.ts';
import { findInclude, parseHostPrefix } from '../../../plugin/services/change/find-include.ts';
import { planAbort } from '../../../plugin/services/canary/plan-abort.ts';
import { planPromote } from '../../../plugin/services/canary/plan-promote.ts';
import { planSwitch } from '../../../plugin/services/canary/plan-switch.ts';
import { isProblem } from '../../../plugin/services/change/problem.ts';
import { context, done } from './proxies.ts';

function proxy(name: string, spec: JsonObject, namespace = 'shop'): JsonObject {
  return { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxy', metadata: { name, namespace }, spec };
}

const child = (name: string, includes: readonly Json[] = []): JsonObject => proxy(name, { includes, routes: [] });
const root = (...includes: readonly Json[]): JsonObject =>
  proxy('root', { virtualhost: { fqdn: 'Shop.example.com' }, includes });
const at = (name: string, prefix: string): Json => ({ name, conditions: [{ prefix }] });

function change(where: string, to: string, proxies: readonly JsonObject[], preview: JsonObject | null = null) {
  const found = findInclude(proxies, parseHostPrefix(where));
  if (isProblem(found)) return found;
  const [first = '', second] = to.split('/');
  const name = second === undefined ? { name: first, namespace: null } : { name: second, namespace: first };
  return planSwitch({ found, to: name, preview, proxies }, context);
}

const includes = (from: JsonObject) => valueAt(from, '/spec/includes');

describe('switch', () => {
  test.each([
    ['shop.example.com', root({ name: 'blue' })],
    ['SHOP.example.com/', root({ name: 'blue' })],
    ['shop.example.com/checkout', root(at('other', '/'), at('blue', '/checkout'))],
    ['shop.example.com/checkout/', root(at('blue', '/checkout/'))],
  ])('%s names another child, and abort the first one again', (where, top) => {
    const all = [top, child('blue'), child('green'), child('other')];
    const switched = done(top, change(where, 'green', all));
    expect(JSON.stringify(includes(switched))).toBe(JSON.stringify(includes(top)).replace('blue', 'green'));
    expect(done(switched, planAbort(switched, context))).toEqual(top);
    const promoted = done(
      switched,
      planPromote(switched, { finish: false, to: null, route: null, allRoutes: false }, context),
    );
    expect(promoted).toEqual({ ...switched, metadata: top['metadata'] });
  });

  test('an include of an include', () => {
    const top = root(at('middle', '/shop'));
    const middle = child('middle', [at('blue', '/cart')]);
    const all = [top, middle, child('blue'), child('green')];
    expect(includes(done(middle, change('shop.example.com/shop/cart', 'green', all)))).toEqual([at('green', '/cart')]);
  });

  test('another namespace, and back', () => {
    const top = root({ name: 'blue' });
    const elsewhere = proxy('green', { routes: [] }, 'team');
    const switched = done(top, change('shop.example.com', 'team/green', [top, child('blue'), elsewhere]));
    expect(includes(switched)).toEqual([{ name: 'green', namespace: 'team' }]);
    expect(done(switched, planAbort(switched, context))).toEqual(top);
  });

  test('a header lets people through before; it goes when everybody follows', () => {
    const top = root(at('blue', '/'));
    const all = [top, child('blue'), child('green')];
    const header = { name: 'x-preview', exact: 'green' };
    const previewed = done(top, change('shop.example.com', 'green', all, header));
    expect(includes(previewed)).toEqual([
      at('blue', '/'),
      { name: 'green', conditions: [{ prefix: '/' }, { header }] },
    ]);
    expect(done(previewed, planAbort(previewed, context))).toEqual(top);
    const switched = done(previewed, change('shop.example.com', 'green', [previewed, ...all.slice(1)]));
    expect(includes(switched)).toEqual([at('green', '/')]);
    expect(done(switched, planAbort(switched, context))).toEqual(top);
  });

  test('an include that changed meanwhile is not touched', () => {
    const top = root(at('blue', '/'));
    const plan = change('shop.example.com', 'green', [top, child('blue'), child('green')]);
    expect(() => done(root(at('new', '/new'), at('blue', '/')), plan)).toThrow('different');
  });

  test('what is so already is no change', () => {
    const top = root({ name: 'blue' });
    expect(change('shop.example.com', 'blue', [top, child('blue')])).toMatchObject({ operations: [] });
  });
});

describe('refused', () => {
  const top = root(at('blue', '/'), at('blue', '/twice'), at('red', '/twice'));
  const all = [
    top,
    child('blue'),
    child('green'),
    child('loop', [{ name: 'root' }]),
    root(),
    proxy('top', { virtualhost: { fqdn: 'a' } }),
  ];
  test.each([
    ['shop.exmple.com', 'green', 'no HTTPProxy has the host shop.exmple.com; did you mean shop.example.com?'],
    ['shop.example.com/none', 'green', 'shop.example.com/none is no include of shop.example.com'],
    ['shop.example.com/twice', 'green', 'several includes of shop.example.com answer /twice'],
    ['shop.example.com', 'gren', 'httpproxies.projectcontour.io "shop/gren" not found; did you mean green?'],
    ['shop.example.com', 'top', 'shop/top has a virtualhost of its own, so it cannot be included (RootIncludesRoot)'],
    ['shop.example.com', 'loop', 'shop/loop includes root already (IncludeCreatesCycle)'],
  ])('%s --to %s', (where, to, said) => {
    expect(change(where, to, all)).toMatchObject({ problem: said });
  });
});
