import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { RouteTable } from '../../plugin/route-table.ts';
import { callsWithoutRight } from '../cluster/audited-rig.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { eventually } from '../support/eventually.ts';
import { runPlugin, startPlugin } from './from-sources.ts';

const base = fileURLToPath(new URL('../../deploy/base', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-forward-'));
const admin = join(folder, 'admin');
let rig: Rig;
let outside: { readonly text: string; close(): void };

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const routes = (...args: readonly string[]) => runPlugin(['routes', '-A', ...args], { KUBECONFIG: admin });
const table = async (...args: readonly string[]): Promise<RouteTable> =>
  JSON.parse((await routes('-o', 'json', ...args)).stdout) as RouteTable;

const world = `
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: web }
spec: { ports: [{ port: 80 }] }
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { namespace: shop, name: web }
spec:
  virtualhost: { fqdn: web.example.com }
  routes: [{ services: [{ name: web, port: 80 }] }]
`;

beforeAll(async () => {
  rig = await startRig({ name: `forward-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  writeFileSync(admin, outside.text, { mode: 0o600 });
  await kubectl('apply', '-k', base);
  await kubectl('create', 'namespace', 'shop');
  await inside(rig, ['kubectl', 'apply', '-f', '-'], world);
  for (const what of ['deployment/contour', 'daemonset/envoy'])
    await kubectl('rollout', 'status', '-n', 'projectcontour', what, '--timeout=50s');
});

afterAll(async () => {
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

const programmed = ({ items }: RouteTable) => items.map((item) => item.programmed);

it('every controller is asked, and the Envoys of all are counted', async () => {
  const seen = await eventually(async () => {
    const answer = await table();
    expect(programmed(answer)).toEqual([{ envoys: 1, of: 1 }]);
    return answer;
  });
  expect(seen.source).toMatchObject({ from: 'controller', cluster: expect.stringMatching(/^https:/) as unknown });
  const { pods } = seen.source as { readonly pods: readonly string[] };
  expect(pods).toHaveLength(2);
  expect(pods.every((pod) => pod.startsWith('projectcontour/contour-'))).toBe(true);
});

it('the version of the controller is asked the same way', async () => {
  const { stdout, stderr } = await runPlugin(['version'], { KUBECONFIG: admin });
  expect({ stdout, stderr }).toEqual({
    stdout: expect.stringMatching(
      /^Client Version: v(.*)\nController Version: v\1\nCRD Version: projectcontour\.io\/v1\n(Envoy Version: v1\.[0-9.]+ \([0-9]+\)\n)?$/,
    ) as unknown,
    stderr: '',
  });
});

it('what the controllers say and what their objects say is the same', async () => {
  const [theirs, ours] = [await table('--from=controller'), await table('--from=api')];
  const plain = ({ items }: RouteTable) => items.map((item) => ({ ...item, programmed: null }));
  expect(plain(theirs)).toEqual(plain(ours));
  expect(ours.source).toMatchObject({ from: 'api', why: null });
});

it('a controller that is named by its Deployment, its Service or itself', async () => {
  const [pod = ''] = ((await table()).source as { readonly pods: readonly string[] }).pods;
  for (const name of ['projectcontour/contour', pod])
    expect((await table('--controller', name)).source).toMatchObject({ from: 'controller' });
  expect(await routes('--controller=projectcontour/nobody')).toMatchObject({
    code: 1,
    stderr: 'error: there is no Pod, Deployment or Service projectcontour/nobody, which --controller names\n',
  });
  const envoy = (
    await kubectl('get', 'pods', '-n', 'projectcontour', '-l', 'app.kubernetes.io/name=envoy', '-o', 'name')
  )
    .trim()
    .replace('pod/', 'projectcontour/');
  expect((await routes('--controller', envoy)).stderr).toContain('runs no controller');
});

it('who may not ask the controllers has the objects compiled, or is told of the right', async () => {
  await kubectl('create', 'clusterrolebinding', 'team', '--clusterrole=contour-platform-team-view', '--user=team');
  await kubectl('create', 'clusterrole', 'pods', '--verb=list', '--resource=pods');
  await kubectl('create', 'clusterrolebinding', 'pods', '--clusterrole=pods', '--user=team');
  await eventually(async () => {
    const why = expect.stringMatching(
      /^the controller projectcontour\/contour-.* is forbidden: User "team"/,
    ) as unknown;
    expect((await table('--as=team')).source).toMatchObject({ from: 'api', why });
  });
  const refused = await routes('--as=team', '--from=controller');
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  const [, , ...yaml] = refused.stderr.split('\n');
  await inside(rig, ['kubectl', 'apply', '-f', '-'], yaml.join('\n'));
  const role = /name: (.*)/.exec(refused.stderr)?.[1] ?? '';
  await kubectl('create', 'rolebinding', 'team', '-n', 'projectcontour', `--role=${role}`, '--user=team');
  await eventually(async () => expect((await table('--as=team')).source).toMatchObject({ from: 'controller' }));
});

it('the role for it in the manifests is enough, where the controller is named', async () => {
  await kubectl('create', 'rolebinding', 'asker', '-n', 'projectcontour', '--role=contour-debug', '--user=asker');
  const [pod = ''] = ((await table()).source as { readonly pods: readonly string[] }).pods;
  await eventually(async () => {
    expect((await table('--as=asker', '--controller', pod)).source).toMatchObject({ from: 'controller', pods: [pod] });
  });
  expect((await table('--as=asker', '--controller=projectcontour/contour')).source).toMatchObject({
    from: 'controller',
  });
});

it('the roles for a platform team in the manifests are enough to find the controllers and the Envoys', async () => {
  const binding = ['platform', '--clusterrole=contour-platform-team-view', '--user=platform'];
  await kubectl('create', 'clusterrolebinding', ...binding);
  await kubectl('create', 'rolebinding', 'platform', '-n', 'projectcontour', '--role=contour-debug', '--user=platform');
  await eventually(async () => {
    expect((await table('--as=platform')).source).toMatchObject({ from: 'controller' });
  });
  expect((await table('--as=platform', '--from=envoy')).source).toMatchObject({ from: 'envoy' });
});

const run = (...args: readonly string[]) => runPlugin(args, { KUBECONFIG: admin });

it('every Envoy is in sync, and every object programmed', async () => {
  const sync = await run('sync', '--exit-code', '--no-headers');
  expect(sync).toMatchObject({ code: 0, stderr: '' });
  expect(sync.stdout).toMatch(/^\S+ +1\.\S+ +ok +ok +ok +ok +ok +[-0-9]+T[:0-9]+Z\n$/);
  const status = await run('status', '-n', 'shop', 'proxy/web', '--wait=programmed', '--no-headers');
  expect(status).toMatchObject({ code: 0, stderr: '' });
  expect(status.stdout).toMatch(/^proxy +shop +web +web\.example\.com +valid +1\/1\n$/m);
});

it.each(['controller', 'api'])('the tree and the trace are what %s says', async (from) => {
  const tree = await run('tree', 'web.example.com', '--services', `--from=${from}`);
  expect(tree).toMatchObject({ code: 0, stdout: expect.stringContaining('-> svc shop/web:80 100%') as unknown });
  const trace = await run('trace', 'web.example.com/x', `--from=${from}`, '--expect', 'backend=shop/web:80');
  expect(trace).toMatchObject({ code: 0, stdout: expect.stringContaining('spec.routes[0]') as unknown });
});

/** What an Envoy is told of a row: not the place in the object, nor whether that is right. */
const told = ({ items }: RouteTable) =>
  items.map(({ status: _status, programmed: _programmed, via: _via, source: { kind, namespace, name }, ...item }) => ({
    ...item,
    source: { kind, namespace, name },
  }));
const envoyName = async () =>
  (await kubectl('get', 'pods', '-n', 'projectcontour', '-l', 'app.kubernetes.io/name=envoy', '-o', 'name'))
    .trim()
    .replace('pod/', '');

it('what the Envoy really holds is what the objects say', async () => {
  await eventually(async () => {
    const held = await table('--from=envoy');
    expect(held.items).not.toEqual([]);
    expect(told(held)).toEqual(told(await table('--from=api')));
  }, 20_000);
  const pod = await envoyName();
  const { source } = await table('--from', `envoy=${pod}`);
  expect(source).toMatchObject({
    from: 'envoy',
    version: expect.stringMatching(/^1\./) as unknown,
    pods: [`projectcontour/${pod}`],
    unread: [],
  });
  const shown = await routes('--from=envoy', '--no-headers');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toMatch(/^web\.example\.com +prefix +\/ +shop\/web:80 +100% +\S+ +proxy\/web +unverified\n$/);
  expect((await routes('nobody.example.com', '--from=envoy')).stderr).toContain('No routes found for host');
});

it('a request is traced through what the Envoy holds, and sent to that one', async () => {
  const from = `--from=envoy=projectcontour/${await envoyName()}`;
  const trace = await run(
    'trace',
    'web.example.com/x',
    from,
    '--send',
    '--expect',
    'backend=shop/web:80',
    '-o',
    'json',
  );
  expect({ code: trace.code, stderr: trace.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(trace.stdout)).toMatchObject({
    source: { from: 'envoy' },
    decision: { type: 'Forward', source: { kind: 'HTTPProxy', namespace: 'shop', name: 'web', pointer: '' } },
    sent: { to: from.replace('--from=envoy=', ''), agrees: true },
  });
});

it('who may not port-forward to the Envoy is told of the right, and the role that asks controllers is enough', async () => {
  const from = `--from=envoy=projectcontour/${await envoyName()}`;
  await kubectl('create', 'rolebinding', 'reader', '-n', 'projectcontour', '--role=contour-debug', '--user=reader');
  await eventually(async () => {
    expect((await table('--as=reader', from)).source).toMatchObject({ from: 'envoy' });
  }, 10_000);
  await kubectl('create', 'role', 'seer', '-n', 'projectcontour', '--verb=get', '--resource=pods');
  await kubectl('create', 'rolebinding', 'seer', '-n', 'projectcontour', '--role=seer', '--user=seer');
  await eventually(async () => {
    const refused = await routes('--as=seer', from);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^error: no route table: the Envoy projectcontour\/envoy-.* is forbidden: User "seer"/,
    );
    expect(refused.stderr).toMatch(/^The right to create pods\/portforward in namespace projectcontour is missing\./m);
  }, 10_000);
  const unlisted = await routes('--as=seer', '--from=envoy');
  expect(unlisted).toMatchObject({ code: 1, stdout: '' });
  expect(unlisted.stderr).toMatch(/^The right to list pods in all namespaces is missing\./m);
});

it('a Pod that has no such port', async () => {
  const [pod = ''] = ((await table('--from=controller')).source as { readonly pods: readonly string[] }).pods;
  const refused = await routes('--from', `envoy=${pod}`);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toMatch(/^error: no route table: the Envoy projectcontour\/contour-\S+ /);
  expect(refused.stderr).toContain('\nPort 9001 is its listener envoy-admin;');
});

it('a traced request is sent through a port-forward to an Envoy, and answered as predicted', async () => {
  const sent = await run('trace', 'web.example.com/x', '--send', '-o', 'json');
  expect({ code: sent.code, stderr: sent.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(sent.stdout)).toMatchObject({
    decision: { type: 'Forward' },
    sent: { to: expect.stringMatching(/^projectcontour\/envoy-/) as unknown, agrees: true },
  });
  expect((await run('trace', 'nobody.example.com', '--send', '--expect', 'status=404')).code).toBe(0);
  const refused = await run('trace', 'web.example.com', '--send', '--as=nobody', '--from=controller');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
});

it('a watch goes on where its controllers are replaced', async () => {
  const child = startPlugin(['routes', '-A', '-w', '-o', 'json'], { KUBECONFIG: admin });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [said, warned] = ['', ''];
  child.stdout?.on('data', (chunk) => (said += String(chunk)));
  child.stderr?.on('data', (chunk) => (warned += String(chunk)));
  await eventually(() => expect(said).toContain('web.example.com'));
  await kubectl(
    'delete',
    'pods',
    '-n',
    'projectcontour',
    '-l',
    'app.kubernetes.io/component=controller',
    '--wait=false',
  );
  await eventually(() => expect(warned).toMatch(/^Warning: the controller projectcontour\/contour-/));
  await kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=50s');
  await inside(
    rig,
    ['kubectl', 'apply', '-f', '-'],
    world.replaceAll('name: web }\nspec:\n', 'name: late }\nspec:\n').replace('web.example', 'late.example'),
  );
  await eventually(() => expect(said).toContain('late.example.com'), 30_000);
});

it('what is deployed has asked for nothing that it has no right to, whatever was asked of it', async () => {
  expect(await callsWithoutRight(rig)).toEqual(new Set());
});
