import { describe, expect, test } from 'vitest';
import { backendFault, countEndpoints, type Backend } from '../../../plugin/services/canary/backends.ts';
import { lastWriter, ownerOf } from '../../../plugin/services/change/owner.ts';
import type { RouteChange } from '../../../plugin/services/canary/plan.ts';
import { chooseProxy, isShared, parseProxyName } from '../../../plugin/services/canary/proxy-name.ts';
import { proxyOf } from './proxies.ts';

describe('who owns an object', () => {
  const managed = (manager: string, field = 'f:routes', time = '2026-01-01T00:00:00Z') => ({
    manager,
    time,
    fieldsV1: { 'f:spec': { [field]: {} } },
  });
  test.each([
    [{ managedFields: [managed('argocd-controller')] }, 'argocd-controller', 'Argo CD'],
    [{ managedFields: [managed('kustomize-controller')] }, 'kustomize-controller', 'Flux'],
    [{ managedFields: [managed('helm')] }, 'helm', 'Helm'],
    [{ labels: { 'argocd.argoproj.io/instance': 'shop' } }, 'argocd.argoproj.io/instance: shop', 'Argo CD'],
    [{ annotations: { 'argocd.argoproj.io/tracking-id': 'x' } }, 'argocd.argoproj.io/tracking-id: x', 'Argo CD'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'kustomize.toolkit.fluxcd.io/name: apps', 'Flux'],
    [{ labels: { 'app.kubernetes.io/managed-by': 'Helm' } }, 'app.kubernetes.io/managed-by: Helm', 'Helm'],
    [
      { ownerReferences: [{ apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'web' }] },
      'Canary/web',
      'Flagger',
    ],
    [
      { ownerReferences: [{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' }] },
      'Rollout/web',
      'Argo Rollouts',
    ],
  ])('%j', (metadata, name, product) => {
    expect(ownerOf({ metadata }, 'routes')).toEqual({ name, product });
  });

  test.each([
    [{ managedFields: [managed('kubectl-client-side-apply'), managed('kubectl-contour')] }],
    // It writes something else.
    [{ managedFields: [managed('argocd-controller', 'f:virtualhost')] }],
    [{ labels: { 'app.kubernetes.io/instance': 'shop', 'app.kubernetes.io/managed-by': 'kustomize' } }],
    [{}],
  ])('nobody in %j', (metadata) => {
    expect(ownerOf({ metadata }, 'routes')).toBeNull();
  });

  test('the last writer of a field is whom one raced with', () => {
    const managedFields = [
      managed('late', 'f:routes', '2026-02-01T00:00:00Z'),
      managed('early'),
      managed('other', 'f:x', '2027-01-01T00:00:00Z'),
    ];
    expect(lastWriter({ metadata: { managedFields } }, 'routes')).toBe('late');
  });
});

describe('who can answer', () => {
  const share = (name: string, percent: number) => ({
    service: `${name}:80`,
    name,
    port: 80,
    weight: percent,
    percent,
  });
  const change = (before: number, after: number, isNew = false): RouteChange => ({
    pointer: '/spec/routes/0',
    conditions: null,
    label: 'prefix /',
    before: isNew ? [share('v1', 100)] : [share('v1', 100 - before), share('v2', before)],
    after: [share('v1', 100 - after), share('v2', after)],
  });
  const found = (ready: number): Backend => ({ type: 'found', endpoints: { ready, total: 3 } });
  const idle = 'v2 has no endpoint that is ready, and would get 20% of the requests';
  test.each<[string, RouteChange, Backend, string | null]>([
    ['ready', change(10, 20), found(1), null],
    ['not ready', change(10, 20), found(0), idle],
    ['not ready, and getting less', change(30, 20), found(0), null],
    ['not ready, and getting nothing', change(0, 0, true), found(0), null],
    ['gone', change(10, 20), { type: 'missing', others: [] }, idle],
    ['not there', change(0, 0, true), { type: 'missing', others: ['v3'] }, 'services "v2" not found'],
    ['misspelt', change(0, 0, true), { type: 'missing', others: ['web', 'v2-app'] }, 'services "v2" not found'],
    ['not to be seen', change(10, 20), { type: 'unknown' }, null],
    ['elsewhere', change(10, 20), { type: 'found', endpoints: null }, null],
  ])('%s', (_, each, backend, said) => {
    expect(backendFault([each], new Map([['v2', backend]]))?.problem ?? null).toBe(said);
  });

  test('an address counts once, and is ready where nobody says otherwise', () => {
    const slices = [
      { endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'], conditions: { ready: false } }] },
      { endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }] },
      { endpoints: null },
    ];
    expect(countEndpoints(slices)).toEqual({ ready: 1, total: 2 });
  });
});

describe('which object', () => {
  const nameOne = 'Name an HTTPProxy: web, proxy/web or httpproxy.projectcontour.io/web';

  test.each([
    ['web', 'web'],
    ['proxy/web', 'web'],
    ['httpproxy/promote', 'promote'],
    ['httpproxies.projectcontour.io/web', 'web'],
    ['httpproxy.projectcontour.io/web', 'web'],
  ])('%s', (word, name) => {
    expect(parseProxyName(word, null)).toEqual({ type: 'name', name });
  });

  test.each([
    ['ing/web', 'weights are moved in an HTTPProxy, and "ing/web" is none', [nameOne]],
    ['pod/web', '"pod/web" is no NAME: it is web, proxy/web or httpproxy.projectcontour.io/web', []],
    ['Web', '"Web" is no name that an object can have', [nameOne]],
    ['', '"" is no name that an object can have', [nameOne]],
  ])('not %s', (word, problem, hints) => {
    expect(parseProxyName(word, null)).toEqual({ problem, hints });
  });

  const named = (name: string, proxy = proxyOf('v1 v2')) => ({ ...proxy, metadata: { name } });
  test('the only one in question', () => {
    const all = [named('web'), named('other', proxyOf('v1'))];
    expect(chooseProxy({ type: 'only' }, all, isShared, 'status')).toBe(all[0]);
    expect(chooseProxy({ type: 'host', host: 'shop.example.com' }, all.slice(0, 1), isShared, '')).toBe(all[0]);
  });

  test('several, and one that is called like the command', () => {
    expect(chooseProxy({ type: 'only' }, [named('web'), named('promote')], isShared, 'promote')).toEqual({
      problem: '2 HTTPProxies could be meant: give the NAME of one',
      hints: ['  web', '  promote', 'The object called "promote" is proxy/promote.'],
    });
    expect(chooseProxy({ type: 'host', host: 'shop.exmple.com' }, [named('web')], isShared, '')).toEqual({
      problem: 'no HTTPProxy has the host shop.exmple.com; did you mean shop.example.com?',
      hints: [],
    });
    const hosts = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        spec: { virtualhost: { fqdn: `${String(at).padStart(2, '0')}.test` } },
      }));
    const unknown = (count: number) => chooseProxy({ type: 'host', host: 'elsewhere.org' }, hosts(count), isShared, '');
    const problem = 'no HTTPProxy has the host elsewhere.org';
    expect(unknown(0)).toEqual({ problem, hints: ['None has a host.'] });
    expect(unknown(2)).toEqual({ problem, hints: ['Hosts: 00.test, 01.test'] });
    expect(unknown(12)).toMatchObject({ hints: [expect.stringMatching(/, 09\.test and 2 more$/)] });
  });
});
