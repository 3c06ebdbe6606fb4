import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { DelegationList } from '../../plugin/delegation-list.ts';
import type { Delegation } from '../../plugin/services/delegate/report.ts';
import { startController } from '../cluster/controller-process.ts';
import { startRecordingProxy } from '../cluster/recording-proxy.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { finished } from './built-plugin.ts';
import { runPlugin, startPlugin } from './from-sources.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-delegate-'));
const admin = join(folder, 'admin');
let rig: Rig;
let outside: { readonly text: string; close(): void };

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(
    rig,
    ['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'],
    objects.map((object) => JSON.stringify(object)).join('\n---\n'),
  );
const delegate = (...args: readonly string[]) => runPlugin(['delegate', ...args], { KUBECONFIG: admin });
const quick = (...args: readonly string[]) => delegate(...args, '--yes', '--wait=false');

const proxy = (namespace: string, name: string, spec: object) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace, name },
  spec,
});
const service = (namespace: string, name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace, name },
  spec: { ports: [{ port: 80 }] },
});
const to = (name: string, prefix = '/') => ({ conditions: [{ prefix }], services: [{ name, port: 80 }] });
const root = (...routes: readonly object[]) =>
  proxy('shop', 'root', { virtualhost: { fqdn: 'shop.example.com' }, routes });

interface Stored {
  readonly spec: {
    readonly includes?: readonly object[];
    readonly delegations?: readonly object[];
  };
}
const stored = async (namespace: string, what: string): Promise<Stored['spec']> =>
  (JSON.parse(await kubectl('get', '-n', namespace, what, '-o', 'json')) as Stored).spec;
const included = async () => (await stored('shop', 'httpproxy/root')).includes ?? [];
const toCart = { name: 'cart', namespace: 'cart', conditions: [{ prefix: '/api' }] };

function conforms(schema: string, report: string): unknown {
  const file = new URL(`../../docs/schemas/${schema}.schema.json`, import.meta.url);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')) as object);
  const value = JSON.parse(report) as unknown;
  expect({ valid: validate(value), errors: validate.errors }).toEqual({ valid: true, errors: null });
  return value;
}

beforeAll(async () => {
  rig = await startRig({ name: `delegate-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  writeFileSync(admin, outside.text, { mode: 0o600 });
  await kubectl('apply', '-f', crds);
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
  for (const namespace of ['shop', 'cart', 'vault', 'projectcontour']) await kubectl('create', 'namespace', namespace);
  await apply(service('shop', 'web'), service('cart', 'cart'));
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'watch'] }];
  const role = 'rbac.authorization.k8s.io';
  const bind = (kind: string, name: string, user: string, namespace?: string) => ({
    apiVersion: `${role}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: `${user}-${name}`, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: role, kind, name },
    subjects: [{ apiGroup: role, kind: 'User', name: user }],
  });
  const editing = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  await apply(
    { apiVersion: `${role}/v1`, kind: 'ClusterRole', metadata: { name: 'see' }, rules },
    { apiVersion: `${role}/v1`, kind: 'ClusterRole', metadata: { name: 'change' }, rules: editing },
    bind('ClusterRole', 'see', 'viewer'),
    bind('ClusterRole', 'see', 'editor'),
    bind('ClusterRole', 'change', 'editor', 'cart'),
    bind('ClusterRole', 'change', 'cartteam', 'cart'),
  );
});

beforeEach(async () => {
  await kubectl('delete', 'httpproxies,tlscertificatedelegations', '--all', '-A');
});

afterAll(async () => {
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

describe('a path', () => {
  it('is given, listed, checked and taken back; the child is made and stays', async () => {
    await apply(root(to('web')));
    const given = await quick('shop.example.com/api', '--to=cart/cart', '--create', '--service=cart:80');
    expect(given.stdout).toBe(
      [
        'httpproxy.projectcontour.io/cart created',
        'httpproxy.projectcontour.io/root patched',
        'shop.example.com/api -> cart/cart   shop/root /spec/includes/0: prefix /api',
        'check  ok   cart/cart is created',
        'check  ok   no cycle, and nothing of it is invalid',
        'check  ok   until now shop.example.com/api is answered by HTTPProxy shop/root /spec/routes/0',
        'check  ok   no other route is hidden',
        'undo: kubectl-contour delegate revoke shop.example.com/api',
        '',
      ].join('\n'),
    );
    expect(given.stderr).toContain('+  includes:');
    expect(given.stderr).toContain('needs  patch httpproxies.projectcontour.io "root" in namespace shop: you may\n');
    expect(given.code).toBe(0);
    expect(await included()).toEqual([toCart]);
    expect(await stored('cart', 'httpproxy/cart')).toEqual({ routes: [{ services: [{ name: 'cart', port: 80 }] }] });
    const again = await quick('shop.example.com/api', '--to=cart/cart', '--create', '--service=cart:80');
    expect(again.stdout).toMatch(/^httpproxy.projectcontour.io\/root unchanged\n/);
    const listed = conforms('delegation-list', (await delegate('list', '-o', 'json')).stdout) as DelegationList;
    expect(listed).toMatchObject({ partial: false, items: [{ prefix: '/api', to: { namespace: 'cart' } }] });
    expect(await delegate('check', 'shop.example.com/api')).toMatchObject({ code: 0 });
    expect(await delegate('check', 'shop.example.com/app')).toMatchObject({ code: 1 });
    const back = await quick('revoke', 'shop.example.com/api');
    expect(back.stdout).toContain('shop.example.com/api is answered by HTTPProxy shop/root /spec/routes/0');
    expect(back.stdout).toContain('undo: kubectl-contour delegate shop.example.com/api --to cart/cart\n');
    expect(await included()).toEqual([]);
    expect(await stored('cart', 'httpproxy/cart')).toEqual({ routes: [{ services: [{ name: 'cart', port: 80 }] }] });
  });

  it('is shown and not written in a dry run, which the server checks too', async () => {
    await apply(root(to('web')));
    for (const kind of ['client', 'server']) {
      const dry = await delegate('shop.example.com/api', '--to=cart/cart', '--create', `--dry-run=${kind}`, '-o=json');
      const report = conforms('delegation', dry.stdout) as Delegation;
      expect(report).toMatchObject({ type: 'Path', changed: true, dryRun: kind, child: { name: 'cart' } });
      expect(report.created).toHaveLength(1);
    }
    expect(await included()).toEqual([]);
    await expect(kubectl('get', '-n', 'cart', 'httpproxy/cart')).rejects.toThrow('not found');
  });

  it('waits for the controller', async () => {
    await apply(root(to('web')), proxy('cart', 'cart', { routes: [to('cart')] }));
    const controller = await startController(`--kubeconfig=${admin}`);
    onTestFinished(async () => void (await controller.kill('SIGTERM')));
    const url = `--debug-url=${controller.debugUrl}`;
    const given = await delegate('shop.example.com/api', '--to=cart/cart', '--yes', url, '--timeout=20s');
    expect(given).toMatchObject({ code: 0 });
    expect(given.stdout).toContain('written; no Envoy is connected to the controller');
    const back = await delegate('revoke', 'shop.example.com/api', '--yes', url, '--timeout=20s');
    expect(back).toMatchObject({ code: 0 });
    expect(back.stdout).toContain('written; no Envoy is connected to the controller');
  });

  it('hidden routes are told, and what is taken is not given', async () => {
    const old = { conditions: [{ regex: '/api/.*' }], services: [{ name: 'cart', port: 80 }] };
    await apply(
      root(to('web'), to('web', '/api/old'), to('web', '/pay')),
      proxy('cart', 'cart', { routes: [to('cart'), { ...old, conditions: [{ regex: '/o.*' }] }] }),
      proxy('cart', 'own', { virtualhost: { fqdn: 'cart.example.com' }, routes: [to('cart')] }),
    );
    const given = await quick('shop.example.com/api', '--to=cart/cart', '--dry-run=client');
    expect(given.stdout).toContain(
      'check  warn HTTPProxy shop/root /spec/routes/1 (/api/old) now loses to HTTPProxy cart/cart /spec/routes/1\n',
    );
    const taken = await quick('shop.example.com/pay/', '--to=cart/cart');
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain(
      'error: shop.example.com/pay is taken: it is held by HTTPProxy shop/root /spec/routes/2\n',
    );
    const rootToo = await quick('shop.example.com/x', '--to=cart/own');
    expect(rootToo.stderr).toContain('a root cannot be included (RootIncludesRoot)');
    expect(await quick('shop.example.com/api', '--to=cart/cart')).toMatchObject({ code: 0 });
    const twice = await quick('shop.example.com/api', '--to=cart/other', '--create');
    expect(twice.stderr).toContain('is delegated to cart/cart already (HTTPProxy shop/root /spec/includes/0');
    const circle = await quick('shop.example.com/api/x', '--to=cart/cart', '--root=cart/cart');
    expect(circle.stderr).toContain('(IncludeCreatesCycle)');
    expect(circle.code).toBe(1);
  });
});

describe('who may', () => {
  it.each(['viewer', 'editor'])('%s is told what is missing, and nothing is written', async (user) => {
    await apply(root(to('web')));
    const refused = await quick('shop.example.com/api', '--to=cart/cart', '--create', `--as=${user}`);
    const [verb, name, place] = user === 'viewer' ? ['create', '', 'cart'] : ['patch', ' "root"', 'shop'];
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(
      `error: you may not ${verb} httpproxies.projectcontour.io${name} in namespace ${place}: nothing was changed\n`,
    );
    expect(refused.stderr).toContain(`  namespace: ${place}\n`);
    expect(refused.stderr).toContain(`    verbs: ["${verb}"]\n`);
    await expect(kubectl('get', '-n', 'cart', 'httpproxy/cart')).rejects.toThrow('not found');
  });

  it('a team that sees its own namespace only is told its prefixes by the status of its child', async () => {
    await apply(
      proxy('shop', 'root', { virtualhost: { fqdn: 'shop.example.com' }, includes: [toCart], routes: [to('web')] }),
      proxy('cart', 'cart', { routes: [to('cart')] }),
    );
    const controller = await startController(`--kubeconfig=${admin}`);
    onTestFinished(async () => void (await controller.kill('SIGTERM')));
    await eventually(async () => {
      const listed = await delegate('list', '-n=cart', '--as=cartteam', '-o=json');
      const list = conforms('delegation-list', listed.stdout) as DelegationList;
      expect(list).toMatchObject({ partial: true, items: [{ host: 'shop.example.com', prefix: '/api', from: null }] });
      expect(listed.stderr).toContain('Warning: this is a part of it: you may not read httpproxies outside of cart');
    });
    const mine = await quick('shop.example.com/api/v2', '--to=cart/v2', '--create', '-n=cart', '--as=cartteam');
    expect(mine.stderr).toContain('the root of shop.example.com is in a namespace that you may not read');
    const named = await quick('shop.example.com/z', '--to=cart/v2', '--root=shop/root', '-n=cart', '--as=cartteam');
    expect(named.stderr).toContain(
      'The right to get httpproxies.projectcontour.io "root" in namespace shop is missing.',
    );
    const below = ['shop.example.com/api/v2', '--to=cart/v2', '--create', '--root=cart/cart', '-n=cart'];
    expect(await quick(...below, '--as=cartteam')).toMatchObject({ code: 0 });
    expect((await stored('cart', 'httpproxy/cart')).includes).toEqual([
      { name: 'v2', conditions: [{ prefix: '/v2' }] },
    ]);
  });
});

describe('a certificate', () => {
  const lent = async () => (await stored('vault', 'tlscertificatedelegation/wild')).delegations;

  it('is lent to some, then to all, and taken back with what ends by it', async () => {
    const { certificate, key } = selfSigned('shop.example.com');
    const data = { 'tls.crt': certificate.toString('base64'), 'tls.key': key.toString('base64') };
    const metadata = { namespace: 'vault', name: 'wild' };
    await apply({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data });
    const virtualhost = { fqdn: 'shop.example.com', tls: { secretName: 'vault/wild' } };
    await apply(proxy('shop', 'root', { virtualhost, routes: [to('web')] }));
    const given = await quick('cert', 'wild', '-n=vault', '--to=shop,nobody');
    expect(given.stdout).toBe(
      [
        'tlscertificatedelegation.projectcontour.io/wild created',
        'secret vault/wild -> shop, nobody',
        'check  ok   Secret vault/wild exists',
        'check  warn namespace nobody is not there yet',
        'use    HTTPProxy: spec.virtualhost.tls.secretName: vault/wild',
        '       Ingress:   annotation projectcontour.io/tls-cert-namespace: vault, with spec.tls[].secretName: wild',
        'undo: kubectl-contour delegate revoke cert wild -n vault --to shop,nobody',
        '',
      ].join('\n'),
    );
    expect(await quick('cert', 'wild', '-n=vault', '--to=cart')).toMatchObject({ code: 0 });
    expect(await lent()).toEqual([{ secretName: 'wild', targetNamespaces: ['shop', 'nobody', 'cart'] }]);
    const listed = await delegate('list', '--to=shop');
    expect(listed.stdout).toMatch(
      /secret vault\/wild +- +vault\/wild \/spec\/delegations\/0 +shop +used by shop\.example\.com\n/,
    );
    const unasked = await delegate('cert', 'wild', '-n=vault', '--to=*');
    expect(unasked.code).toBe(1);
    expect(unasked.stderr).toMatch(
      /error: Let all [0-9]+ namespaces, and those to come, use Secret vault\/wild\? There is no terminal to answer on: pass --yes/,
    );
    const back = await quick('revoke', 'cert', 'wild', '-n=vault', '--to=shop,cart');
    expect(back.stdout).toContain('check  warn without it HTTPS ends for shop.example.com (DelegationNotPermitted)\n');
    expect(await lent()).toEqual([{ secretName: 'wild', targetNamespaces: ['nobody'] }]);
    expect(await quick('cert', 'wild', '-n=vault', '--to=*')).toMatchObject({ code: 0 });
    const alone = await quick('revoke', 'cert', 'wild', '-n=vault', '--to=shop');
    expect(alone.stderr).toContain('is lent to all namespaces, so it cannot be taken from shop alone');
    expect(await quick('revoke', 'cert', 'wild', '-n=vault', '--to=*')).toMatchObject({ code: 0 });
    expect(await lent()).toEqual([]);
  });
});

describe('kill -9', () => {
  it('at every request that writes, before it and after it: giving the command again comes to the same', async () => {
    let ended: (() => void) | null = null;
    let isDue: (method: string, path: string, when: 'before' | 'after') => boolean = () => false;
    const server = await startRecordingProxy(admin, ({ method, path }, when) => {
      if (isDue(method, path, when)) ended?.();
    });
    onTestFinished(() => server.close());
    const slow = join(folder, 'through-proxy');
    const cluster = { name: 'slow', cluster: { server: server.url } };
    const context = { name: 'slow', context: { cluster: 'slow', user: 'slow' } };
    const config = { clusters: [cluster], contexts: [context], users: [{ name: 'slow', user: {} }] };
    writeFileSync(slow, JSON.stringify({ ...config, 'current-context': 'slow' }));
    const words = ['delegate', 'shop.example.com/api', '--to=cart/cart', '--create', '--service=cart:80'];
    const isWrite = { create: /^\/apis\/projectcontour.io.*cart\/httpproxies/, patch: /httpproxies[/]root/ } as const;
    for (const step of ['create', 'patch'] as const)
      for (const moment of ['before', 'after'] as const) {
        await kubectl('delete', 'httpproxies', '--all', '-A');
        await apply(root(to('web')));
        const child = startPlugin([...words, '--yes', '--wait=false'], { KUBECONFIG: slow });
        ended = () => child.kill('SIGKILL');
        isDue = (method, path, when) =>
          when === moment && method === (step === 'create' ? 'POST' : 'PATCH') && isWrite[step].test(path);
        await once(child, 'exit');
        expect({ step, moment, signal: child.signalCode }).toEqual({ step, moment, signal: 'SIGKILL' });
        isDue = () => false;
        const again = await finished(startPlugin([...words, '--yes', '--wait=false'], { KUBECONFIG: slow }));
        expect(again).toMatchObject({ code: 0 });
        expect(await included()).toEqual([toCart]);
        expect(await stored('cart', 'httpproxy/cart')).toEqual({
          routes: [{ services: [{ name: 'cart', port: 80 }] }],
        });
      }
  });
});
