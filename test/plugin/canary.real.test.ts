import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isObject, type JsonObject, valueAt } from '../../files/edit/json-patch.ts';
import { globalFlags } from '../../plugin/command-line/global-flags.ts';
import type { ConnectionFlags } from '../../plugin/command-line/connection-flags.ts';
import { CommandFailure } from '../../plugin/failure.ts';
import type { Io } from '../../plugin/io.ts';
import { openCluster } from '../../plugin/load/cluster.ts';
import { proxyCluster } from '../../plugin/load/proxy-cluster.ts';
import { applyChange } from '../../plugin/services/canary/apply.ts';
import { planWeight } from '../../plugin/services/canary/plan-weight.ts';
import { isProblem } from '../../plugin/services/change/problem.ts';
import { recordOf } from '../../plugin/services/canary/record.ts';
import type { CanaryChange } from '../../plugin/services/canary/report.ts';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { type ControllerProcess, startController } from '../cluster/controller-process.ts';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { runPlugin, startPlugin } from './from-sources.ts';
import { proxyOf, weightsOf } from './canary/proxies.ts';
import { validLines } from './schema.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-canary-'));
const admin = join(folder, 'admin');
let rig: Rig;
let outside: { readonly text: string; close(): void };
const cleanups: (() => Promise<unknown>)[] = [];

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
const applyAs = (manager: string, ...objects: readonly object[]) =>
  inside(
    rig,
    ['kubectl', 'apply', '--server-side', '--force-conflicts', `--field-manager=${manager}`, '-f', '-'],
    objects.map((object) => JSON.stringify(object)).join('\n---\n'),
  );
const apply = (...objects: readonly object[]) => applyAs('team', ...objects);
const canary = (...args: readonly string[]) =>
  runPlugin(['canary', '-n', 'shop', ...args], { KUBECONFIG: admin, USER: 'kim' });

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  spec: { ports: [{ port: 80 }] },
});
const slice = (name: string, ready: boolean, address = '10.1.2.3') => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'shop', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [address], conditions: { ready } }],
  ports: [{ port: 8080 }],
});

async function stored(name = 'web'): Promise<JsonObject> {
  const object = JSON.parse(await kubectl('get', 'httpproxy', name, '-o', 'json')) as unknown;
  return isObject(object as JsonObject) ? (object as JsonObject) : expect.fail('no object');
}
const weights = async (name = 'web') => weightsOf(await stored(name));

beforeAll(async () => {
  rig = await startRig({ name: `canary-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  writeFileSync(admin, outside.text, { mode: 0o600 });
  await inside(rig, ['kubectl', 'apply', '-f', crds]);
  await inside(rig, ['kubectl', 'wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s']);
  await inside(rig, ['kubectl', 'create', 'namespace', 'shop']);
  for (const name of ['v1', 'v2', 'v3']) await apply(service(name), slice(name, true));
});

beforeEach(async () => {
  await inside(rig, ['kubectl', 'delete', 'httpproxies', '--all', '-n', 'shop']);
});

afterAll(async () => {
  for (const end of cleanups.reverse()) await end();
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

describe('on a cluster without a controller', () => {
  it('a weight moves, is told, and goes back from another machine', async () => {
    await apply(proxyOf('/ v1=100 v2=0'));
    const moved = await canary('web', '--weight', '20');
    expect(moved.stdout).toBe(
      [
        'httpproxy.projectcontour.io/web patched',
        'ROUTE      SERVICE   WAS    NOW   READY',
        'prefix /   v1:80     100%   80%   1/1',
        '           v2:80     0%     20%   1/1',
        'written; not known whether it is live        undo: kubectl-contour canary abort web -n shop',
        '',
      ].join('\n'),
    );
    expect(moved.stderr).toContain('Warning: no controller was asked whether it is live: no Pod in all namespaces');
    expect(moved.code).toBe(0);
    expect(await weights()).toEqual(['v1=80 v2=20']);
    expect(valueAt(await stored(), '/metadata/managedFields')).toBeUndefined();
    const other = join(folder, 'other-home');
    const back = await runPlugin(['canary', 'abort', '-n', 'shop', '--as=ann', '--as-group=system:masters', 'web'], {
      KUBECONFIG: admin,
      HOME: other,
    });
    expect(back).toMatchObject({ code: 0 });
    expect(await weights()).toEqual(['v1=100 v2=0']);
    expect(valueAt(await stored(), '/metadata/annotations')).toBeUndefined();
  });

  it('conditions are tested, absent ones and those with signs that Go escapes too', async () => {
    const odd = '<&>\u2028"\\é';
    const route = (conditions?: unknown) => ({
      ...(conditions === undefined ? {} : { conditions }),
      services: [
        { name: 'v1', port: 80, weight: 100 },
        { name: 'v2', port: 80, weight: 0 },
      ],
    });
    const whole = { ...proxyOf('v1'), spec: { virtualhost: { fqdn: 'a.example.com' } } };
    const conditioned = route([{ prefix: '/' }, { header: { name: 'x', exact: odd } }]);
    await apply({ ...whole, spec: { ...whole.spec, routes: [route(), conditioned] } });
    const moved = await canary('web', '--weight', '20', '--all-routes', '-o', 'name');
    expect(moved).toMatchObject({ code: 0, stdout: 'httpproxy.projectcontour.io/web\n' });
    expect(await weights()).toEqual(['v1=80 v2=20', 'v1=80 v2=20']);
    expect(await canary('abort', 'web')).toMatchObject({ code: 0 });
    expect(await weights()).toEqual(['v1=100 v2=0', 'v1=100 v2=0']);
  });

  it('a dry run changes nothing, and the server has its say', async () => {
    await apply(proxyOf('/ v1=100 v2=0'));
    const before = await stored();
    const client = await canary('web', '--weight=5', '--dry-run=client');
    expect(client.stdout).toMatch(/^httpproxy.projectcontour.io\/web patched \(dry run\)\n/);
    const server = await canary('web', '--weight=5', '--dry-run=server');
    expect(server.stdout).toMatch(/^httpproxy.projectcontour.io\/web patched \(server dry run\)\n/);
    const yaml = await canary('web', '--weight=5', '--dry-run=server', '-o', 'yaml');
    expect(yaml.stdout).toMatch(/^apiVersion: projectcontour.io\/v1\nkind: HTTPProxy\n/m);
    expect(yaml.stdout).toContain('weight: 95');
    expect(await stored()).toEqual(before);
  });

  it('what others own is theirs', async () => {
    await applyAs('argocd-controller', proxyOf('/ v1=100 v2=0'));
    const refused = await canary('web', '--weight=5');
    expect(refused).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'error: spec.routes is owned by "argocd-controller" (Argo CD); it will undo this',
        'Edit the file instead: kubectl-contour canary -f FILE web --weight 5',
        'Write all the same:    --force-conflicts',
        '',
      ].join('\n'),
    });
    expect(await weights()).toEqual(['v1=100 v2=0']);
    const forced = await canary('web', '--weight=5', '--force-conflicts');
    expect(forced.stderr).toMatch(/^Warning: spec.routes is owned by "argocd-controller"/);
    expect(await weights()).toEqual(['v1=95 v2=5']);
  });

  it('requests go to nobody who is not ready', async () => {
    await apply(proxyOf('/ v1=100 v2=0'), slice('v2', false));
    const refused = await canary('web', '--weight=5');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^error: v2 has no endpoint that is ready, and would get 5% of the requests\n/);
    expect(await canary('web', '--weight=5', '--force')).toMatchObject({ code: 0 });
    expect(await weights()).toEqual(['v1=95 v2=5']);
    await apply(slice('v2', true));
    const missing = await canary('start', 'web', '--to=v22', '--route=/');
    expect(missing.stderr).toMatch(/^error: a canary is under way already: v2/);
  });

  it('a service that is not there is no canary', async () => {
    await apply(proxyOf('/ v1'));
    const missing = await canary('start', 'web', '--to', 'v22');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toMatch(/^error: services "v22" not found\nWith --force/);
    expect(await weights()).toEqual(['v1']);
  });

  it('who may not patch is told which right is missing, and nothing happens', async () => {
    await apply(proxyOf('/ v1=100 v2=0'));
    await kubectl('create', 'role', 'look', '--verb=get,list,watch', '--resource=httpproxies.projectcontour.io');
    await kubectl('create', 'rolebinding', 'look', '--role=look', '--user=viewer');
    const refused = await eventually(async () => {
      const each = await canary('web', '--weight=5', '--as=viewer', '--wait=false');
      expect(each.stderr).toContain('cannot patch');
      return each;
    });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^Error from server \(Forbidden\): httpproxies.projectcontour.io "web" is forbidden/m,
    );
    for (const right of ['get services', 'list endpointslices.discovery.k8s.io'])
      expect(refused.stderr).toContain(
        `Warning: whether services are ready is not known: the right to ${right} in namespace shop is missing\n`,
      );
    expect(refused.stderr).toContain(
      'The right to patch httpproxies.projectcontour.io "web" in namespace shop is missing.',
    );
    const [, yaml = ''] = refused.stderr.split('would grant it:\n');
    await inside(rig, ['kubectl', 'apply', '-f', '-'], yaml);
    await kubectl('create', 'rolebinding', 'move', '--role=contour-patch-httpproxies', '--user=viewer');
    await eventually(async () =>
      expect(await canary('web', '--weight=5', '--as=viewer', '--wait=false')).toMatchObject({ code: 0 }),
    );
    expect(recordOf(await stored())).toMatchObject({ by: 'viewer' });
  });

  it('a name that is none, or that of nobody', async () => {
    await apply(proxyOf('/ v1=100 v2=0'));
    const lost = await canary('wed', '--weight=5');
    expect(lost).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Error from server (NotFound): httpproxies.projectcontour.io "wed" not found\nDid you mean web?\n',
    });
    const called = { ...proxyOf('/ v1=100 v2=0'), metadata: { namespace: 'shop', name: 'promote' } };
    await apply(called);
    expect((await canary('--weight=5')).stderr).toBe(
      'error: 2 HTTPProxies could be meant: give the NAME of one\n  promote\n  web\n',
    );
    expect(await canary('proxy/promote', '--weight=5')).toMatchObject({ code: 0 });
    expect(await canary('--weight=6', '--', 'promote')).toMatchObject({ code: 0 });
    expect(await weights('promote')).toEqual(['v1=94 v2=6']);
    expect(await weights()).toEqual(['v1=100 v2=0']);
    const { stdout } = await canary('--host=shop.example.com', '--weight=5').then(async () =>
      canary('list', '-o', 'name'),
    );
    expect(stdout).toBe('httpproxy.projectcontour.io/promote\n');
  });
});

it('1,000 races of two writers lose no update', async () => {
  await apply(proxyOf('/ v1=100 v2=0'));
  const flags = Object.fromEntries(
    globalFlags.map(({ name, type }) => [name, type === 'array' ? [] : type === 'boolean' ? false : undefined]),
  ) as unknown as ConnectionFlags;
  // All that opening a connection needs.
  const io: Partial<Io> = { env: {}, program: 'kubectl contour', stdinIsTerminal: false, writeError: () => {} };
  const cluster = await openCluster({ ...flags, kubeconfig: admin, namespace: 'shop' }, io as Io, 'canary');
  const writer = { fieldManager: 'kubectl-contour', fieldValidation: null };
  const store = proxyCluster(cluster, writer, new AbortController().signal);
  const request = { to: { name: 'v2', port: null }, stable: null, route: null, allRoutes: false } as const;
  const race = async (by: string, percent: number, at: string) => {
    const plan = async (proxy: JsonObject) => {
      const context = { by, at, command: 'canary', name: 'web', remember: true };
      const planned = planWeight(proxy, { ...request, wish: { type: 'share', percent } }, context);
      return isProblem(planned) ? expect.fail(planned.problem) : planned;
    };
    const steps = { plan, check: async () => {} };
    try {
      const { plan: done } = await applyChange(store, await store.read('web'), steps, 'none');
      return done.operations.length > 0;
    } catch (error) {
      if (error instanceof CommandFailure) return false;
      throw error;
    }
  };
  let last = 0;
  let lost = 0;
  let won = 0;
  for (let round = 0; round < 1000; round += 1) {
    const at = `round ${round}`;
    const percents = [1 + ((round * 2) % 97), 2 + ((round * 2) % 97)] as const;
    const done = await Promise.all([race('kim', percents[0], at), race('ann', percents[1], at)]);
    const proxy = await store.read('web');
    const record = recordOf(proxy);
    if (record === null || isProblem(record)) return expect.fail('no record');
    const entries = record.history.filter((entry) => entry.at === at);
    const winners = ['kim', 'ann'].filter((_, index) => done[index] === true);
    // Who was told that it is done is in the history once, and who was not is not there.
    expect(entries.map(({ by }) => by).toSorted(), at).toEqual(winners.toSorted());
    for (const { from, to } of entries) {
      expect(from, at).toBe(last);
      last = to ?? -1;
    }
    expect(weightsOf(proxy), at).toEqual([`v1=${100 - last} v2=${last}`]);
    won += winners.length;
    lost += 2 - winners.length;
  }
  expect(won).toBeGreaterThan(1900);
  expect(won + lost).toBe(2000);
}, 300_000);

describe('with a controller and three Envoys', () => {
  let controller: ControllerProcess;
  let http: number;
  const live = (...args: readonly string[]) => canary(...args, `--debug-url=${controller.debugUrl}`);

  beforeAll(async () => {
    const [first = 0, second = 0] = await freePorts(2);
    http = first;
    controller = await startController(
      `--kubeconfig=${admin}`,
      '--envoy-service-http-address=127.0.0.1',
      `--envoy-service-http-port=${first}`,
      '--envoy-service-https-address=127.0.0.1',
      `--envoy-service-https-port=${second}`,
    );
    cleanups.push(() => controller.kill('SIGTERM'));
    for (const id of ['e1', 'e2', 'e3']) {
      const config = join(folder, `${id}.json`);
      const place = { path: join(folder, `${id}.sock`) };
      const node = { id, cluster: 'contour' };
      writeFileSync(
        config,
        JSON.stringify(bootstrap({ xds: { host: '127.0.0.1', port: controller.xdsPort }, admin: place, node })),
      );
      cleanups.push(await runEnvoy(config));
    }
  });

  it('waits until all of them have it, and says what is true', async () => {
    await apply(proxyOf('/ v1=100 v2=0'));
    await eventually(async () => {
      const answer = await (await fetch(`${controller.debugUrl}/debug/routes?host=shop.example.com`)).text();
      expect(answer).toContain('"of":3');
    });
    const moved = await live('web', '--weight=20');
    expect(moved.stderr).toBe('');
    expect(moved.stdout).toMatch(
      /\nlive on 3\/3 envoys after [0-9.]+m?s {8}undo: kubectl-contour canary abort web -n shop\n$/,
    );
    const { stdout } = await live('web', '--weight=30', '-o', 'json');
    const report = JSON.parse(stdout) as CanaryChange;
    expect(report).toMatchObject({
      kind: 'CanaryChange',
      changed: true,
      programmed: { envoys: 3, of: 3 },
      baseline: { v1: 100, v2: 0 },
    });
    expect(report.programmed?.seconds).toBeLessThan(20);
    expect(await live('web', '--weight=30')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('unchanged') as string,
    });
    expect(await live('promote', 'web', '--finish')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('live on 3/3') as string,
    });
    expect(await weights()).toEqual(['v2=100']);
  });

  it('a header leads to the canary', async () => {
    await apply(proxyOf('/ v1'));
    expect(await live('start', 'web', '--to=v2', '--header=x-canary=yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('live on 3/3') as string,
    });
    const routed = await (await fetch(`${controller.debugUrl}/debug/routes?host=shop.example.com`)).json();
    expect((routed as { items: readonly object[] }).items).toHaveLength(2);
    expect(await live('abort')).toMatchObject({ code: 0, stdout: expect.stringContaining('live on 3/3') as string });
    expect(await weights()).toEqual(['v1']);
    expect(http).toBeGreaterThan(0);
  });

  it('an include names another child, everywhere, and the first one again', async () => {
    const child = (name: string, to: string) => ({
      ...proxyOf(to),
      metadata: { namespace: 'shop', name },
      spec: { routes: (proxyOf(to) as { spec: { routes: unknown } }).spec.routes },
    });
    const root = { ...proxyOf(), spec: { virtualhost: { fqdn: 'shop.example.com' }, includes: [{ name: 'blue' }] } };
    await apply(child('blue', 'v1'), child('green', 'v2'), root);
    const preview = await live('switch', 'shop.example.com', '--to=green', '--preview-header=x-preview');
    expect(preview).toMatchObject({ code: 0, stdout: expect.stringContaining('live on 3/3') as string });
    const switched = await live('switch', 'shop.example.com', '--to=green');
    expect(switched.stdout).toMatch(
      /^httpproxy.projectcontour.io\/web patched\nblue -> green\nlive on 3\/3 envoys after /,
    );
    expect(valueAt(await stored(), '/spec/includes')).toEqual([{ name: 'green' }]);
    expect(await live('abort', 'shop.example.com/')).toMatchObject({ code: 0 });
    expect(valueAt(await stored(), '/spec/includes')).toEqual([{ name: 'blue' }]);
    expect(valueAt(await stored(), '/metadata/annotations')).toBeUndefined();
  });

  it('a driver that is killed is followed by another, from where it stood', async () => {
    await apply(proxyOf('/ v1'));
    const args = ['canary', 'run', '-n', 'shop', `--debug-url=${controller.debugUrl}`];
    const first = startPlugin([...args, 'web', '--to=v2', '--steps=5,50,100', '--interval=1h'], { KUBECONFIG: admin });
    await eventually(async () => expect(await weights()).toEqual(['v1=95 v2=5']));
    first.kill('SIGKILL');
    await once(first, 'exit');
    const status = await canary('status', 'web', '-o', 'json');
    expect(JSON.parse(status.stdout)).toMatchObject({
      kind: 'CanaryList',
      items: [{ active: true, canary: 'v2', percent: 5, steps: [5, 50, 100], run: { interval: '1h' } }],
    });
    const second = await runPlugin([...args, '--interval=1s', '-o', 'json'], { KUBECONFIG: admin });
    const steps = validLines('canary-change', second.stdout) as readonly CanaryChange[];
    const moves = steps.flatMap(({ routes }) => routes.flatMap((each) => [each.before[1], each.after[1]]));
    expect([second.code, ...moves.map((share) => share?.percent)]).toEqual([0, 5, 50, 50, 100]);
    expect(recordOf(await stored())).toMatchObject({ run: null, canary: 'v2' });
  });

  it('Ctrl-C holds, or aborts where that was asked for; either way it is 130', async () => {
    await apply(proxyOf('/ v1'));
    const args = ['canary', 'run', '-n', 'shop', `--debug-url=${controller.debugUrl}`, 'web', '--interval=1h'];
    const interrupted = async (...more: readonly string[]) => {
      const child = startPlugin([...args, ...more], { KUBECONFIG: admin });
      onTestFinished(() => void child.kill('SIGKILL'));
      const exit = once(child, 'exit');
      let said = '';
      child.stdout?.on('data', (chunk) => (said += String(chunk)));
      await eventually(() => expect(said).toContain('live on 3/3'));
      child.kill('SIGINT');
      return (await exit)[0] as unknown;
    };
    expect(await interrupted('--to=v2', '--steps=5,50,100')).toBe(130);
    expect(await weights()).toEqual(['v1=95 v2=5']);
    expect(recordOf(await stored())).toMatchObject({ run: null });
    expect(await interrupted('--on-interrupt=abort')).toBe(130);
    expect(await weights()).toEqual(['v1']);
  });
});
