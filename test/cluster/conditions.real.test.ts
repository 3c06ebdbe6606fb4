import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { type Rig, spawnInside, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { type Authority, createAuthority } from '../support/authority.ts';
import { testEnvoy } from '../support/envoy.ts';
import { eventually } from '../support/eventually.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const start = fileURLToPath(new URL('../../controller/start.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-conditions-'));
let rig: Rig;
let authority: Authority;

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(
    rig,
    ['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'],
    objects.map((object) => JSON.stringify(object)).join('\n---\n'),
  );

const running: { readonly child: ChildProcess; output: string }[] = [];
function run(command: readonly string[]) {
  const child = spawnInside(rig, command, 'pipe');
  const one = { child, output: '' };
  for (const stream of [child.stdout, child.stderr]) {
    (stream as Readable).setEncoding('utf8').on('data', (text: string) => (one.output += text));
  }
  running.push(one);
  return one;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

const addresses = ['10.244.200.1', '10.244.200.2'] as const;
const [first, second] = addresses;

async function runController(address: string): Promise<{ readonly child: ChildProcess; output: string }> {
  const { ca, certificate, key } = authority.issue('contour');
  const files = [`--contour-cafile=${ca}`, `--contour-cert-file=${certificate}`, `--contour-key-file=${key}`];
  const index = addresses.indexOf(address as typeof first) + 1;
  const listeners = [`--envoy-service-http-port=${8080 + index}`, `--envoy-service-https-port=${8443 + index}`];
  const ports = [`--xds-address=${address}`, '--xds-port=8001', '--debug-http-port=0', '--health-port=0'];
  const one = run([process.execPath, start, 'serve', ...files, ...ports, ...listeners]);
  await eventually(() => expect(one.output).toContain('serving'));
  return one;
}

async function runEnvoy(node: string, address: string) {
  const config = join(folder, `${node}.json`);
  const { ca, certificate, key } = authority.issue('envoy');
  const options = {
    node: { id: node, cluster: 'contour' },
    xds: { host: address, port: 8001 },
    admin: { path: join(folder, `${node}.sock`) },
    tls: { ca, certificate, key },
  };
  writeFileSync(config, JSON.stringify(bootstrap(options)));
  return run([await testEnvoy(), '-c', config, '--concurrency', '1', '--disable-hot-restart', '-l', 'error']);
}

/** Says who the controllers are, as the controller of the Service's EndpointSlices would. */
const listControllers = (ready: readonly string[]) =>
  apply({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'projectcontour', name: 'contour-1', labels: { 'kubernetes.io/service-name': 'contour' } },
    addressType: 'IPv4',
    ports: [{ name: 'xds', port: 8001 }],
    endpoints: ready.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  });

const proxy = (name: string, spec: object = {}) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name },
  spec: { virtualhost: { fqdn: `${name}.example.com` }, routes: [{ services: [{ name: 'web', port: 80 }] }], ...spec },
});

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

interface Stored {
  readonly metadata: { readonly generation: number; readonly resourceVersion: string };
  readonly status: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
}

const get = async (name: string) => JSON.parse(await kubectl('get', 'httpproxy', name, '-o', 'json')) as Stored;
const condition = async (name: string, type: string) =>
  (await get(name)).status.conditions?.find((one) => one.type === type);
const waitFor = (what: string, name: string) =>
  kubectl('wait', `--for=condition=${what}`, `httpproxy/${name}`, '--timeout=20s');

async function installCrds(change: (crd: never) => void = () => {}): Promise<void> {
  for (const file of ['httpproxies.yaml', 'tlscertificatedelegations.yaml']) {
    const crd = parse(readFileSync(join(crds, file), 'utf8')) as never;
    if (file === 'httpproxies.yaml') change(crd);
    await inside(rig, ['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'], stringify(crd));
  }
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
}

beforeAll(async () => {
  authority = createAuthority();
  rig = await startRig({ name: `conditions-${process.pid}`, env: process.env, say: () => {} });
  await installCrds();
  await kubectl('create', 'namespace', 'shop');
  await kubectl('create', 'namespace', 'projectcontour');
  await apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { ports: [{ port: 80 }] },
  });
  await listControllers(addresses);
});

afterAll(async () => {
  for (const { child } of running) await end(child);
  await rig.stop();
  authority.close();
  rmSync(folder, { recursive: true });
});

it('what every Envoy of every controller runs is programmed', async () => {
  await apply(proxy('shop'));
  const leader = await runController(first);
  await waitFor('Programmed=unknown', 'shop');
  await eventually(async () =>
    expect(await condition('shop', 'Programmed')).toMatchObject({ reason: 'PeerUnreachable' }),
  );
  expect((await condition('shop', 'Programmed'))?.message).toContain(`${second}:8001`);
  await waitFor('Valid', 'shop');

  await runController(second);
  await eventually(async () => expect(await condition('shop', 'Programmed')).toMatchObject({ reason: 'NoEnvoy' }));
  await runEnvoy('one', first);
  await runEnvoy('two', second);
  await waitFor('Programmed', 'shop');
  expect(leader.output).toContain('another controller tells what its Envoys accept');
});

it('an edit is waited for until it is live, and is one write', async () => {
  const before = await get('shop');
  await apply(proxy('shop', { routes: [{ conditions: [{ prefix: '/new' }], services: [{ name: 'web', port: 80 }] }] }));
  await waitFor('Programmed', 'shop');
  const after = await get('shop');
  expect(after.status.observedGeneration).toBe(after.metadata.generation);
  expect(after.metadata.generation).toBe(before.metadata.generation + 1);
  const times = ({ status }: Stored) =>
    status.conditions?.map(({ type, lastTransitionTime }) => [type, lastTransitionTime]);
  expect(times(after)).toEqual(times(before));
});

it('an Envoy of the other controller that does not answer holds back what is new, and takes nothing back', async () => {
  const two = running.find(({ child }) => child.spawnargs.some((word) => word.endsWith('two.json')));
  const outer = two?.child.pid ?? 0;
  // What joins the rig waits beside what it runs there: it stops when that is stopped, and wakes it when it goes on.
  process.kill(Number(readFileSync(`/proc/${outer}/task/${outer}/children`, 'utf8')), 'SIGSTOP');
  await apply(proxy('late'));
  await eventually(async () => expect(await condition('late', 'Programmed')).toMatchObject({ reason: 'Pending' }));
  expect(await condition('late', 'Reconciling')).toMatchObject({ status: 'True', reason: 'Pending' });
  expect(await condition('shop', 'Programmed')).toMatchObject({ status: 'True' });
  process.kill(outer, 'SIGCONT');
  await waitFor('Programmed', 'late');
  expect(await condition('late', 'Reconciling')).toBeUndefined();
});

it('who holds a host is recorded, and keeps it', async () => {
  const { lastTransitionTime } = (await condition('shop', 'HostClaimed')) ?? {};
  await apply(proxy('aaa', { virtualhost: { fqdn: 'shop.example.com' } }));
  await waitFor('HostClaimed=false', 'aaa');
  expect((await condition('aaa', 'HostClaimed'))?.message).toBe('shop.example.com is held by HTTPProxy shop/shop');
  expect(await condition('shop', 'HostClaimed')).toMatchObject({ status: 'True', lastTransitionTime });
  await kubectl('delete', 'httpproxy', 'shop');
  await waitFor('HostClaimed', 'aaa');
  await apply(proxy('shop'));
  await waitFor('HostClaimed=false', 'shop');
  await kubectl('delete', 'httpproxy', 'aaa');
  await waitFor('Programmed', 'shop');
});

it('a team with rights to its own namespace sees what leads to it', async () => {
  await kubectl('create', 'namespace', 'team');
  const child = { ...proxy('child', { virtualhost: undefined }), metadata: { namespace: 'team', name: 'child' } };
  await apply(
    child,
    proxy('root', {
      routes: [],
      includes: [{ name: 'child', namespace: 'team', conditions: [{ prefix: '/checkout' }] }],
    }),
  );
  await inside(rig, ['kubectl', '-n', 'team', 'wait', '--for=condition=Included', 'httpproxy/child', '--timeout=30s']);
  const path = '{.status.conditions[?(@.type=="Included")].message}';
  const message = await inside(rig, ['kubectl', '-n', 'team', 'get', 'proxy', 'child', '-o', `jsonpath=${path}`]);
  expect(message).toBe('root.example.com/checkout');
});

it('kubectl lists, names and explains', async () => {
  await apply(
    proxy('wrong', { routes: [{ services: [{ name: 'gone', port: 80 }] }] }),
    proxy('tls', { virtualhost: { fqdn: 'tls.example.com', tls: { secretName: 'cert' } } }),
  );
  await waitFor('Valid=false', 'wrong');
  await waitFor('Valid=false', 'tls');
  const rows = (await kubectl('get', 'httpproxy', 'shop', 'wrong', 'tls')).trimEnd().split('\n');
  expect(rows.map((row) => row.trimEnd().split(/ {2,}/))).toEqual([
    ['NAME', 'FQDN', 'TLS SECRET', 'STATUS', 'STATUS DESCRIPTION', 'PROGRAMMED'],
    ['shop', 'shop.example.com', 'valid', 'Valid HTTPProxy', 'True'],
    ['wrong', 'wrong.example.com', 'invalid', 'At least one error present, see Errors for details', 'False'],
    ['tls', 'tls.example.com', 'cert', 'invalid', 'At least one error present, see Errors for details', 'False'],
  ]);
  const names = await Promise.all(
    ['proxy', 'proxies', 'httpproxy', 'httpproxies'].map((kind) => kubectl('get', kind, '-o', 'name')),
  );
  expect(new Set(names).size).toBe(1);
  const explained = await kubectl('explain', 'httpproxy.spec.routes');
  expect(explained).toMatch(/FIELD: routes/);
  expect(explained).toMatch(/services\s+<\[\]/);
  expect(await kubectl('explain', 'httpproxy.status.conditions')).toMatch(/Programmed, HostClaimed/);
});

it('a stored schema that knows no observedGeneration makes nobody write twice', async () => {
  await installCrds(
    ({
      spec,
    }: {
      spec: {
        versions: {
          schema: { openAPIV3Schema: { properties: { status: { properties: Record<string, unknown> } } } };
        }[];
      };
    }) => {
      for (const { schema } of spec.versions)
        delete schema.openAPIV3Schema.properties.status.properties['observedGeneration'];
    },
  );
  // The new schema takes a moment to be used.
  await eventually(async () => {
    await apply(
      proxy('pruned', {
        routes: [{ conditions: [{ prefix: `/${Date.now()}` }], services: [{ name: 'web', port: 80 }] }],
      }),
    );
    await waitFor('Programmed', 'pruned');
    expect((await get('pruned')).status.observedGeneration).toBeUndefined();
  });
  const { resourceVersion } = (await get('pruned')).metadata;
  // Another object's edit makes the leader look around.
  await apply(proxy('other'));
  await waitFor('Programmed', 'other');
  expect((await get('pruned')).metadata.resourceVersion).toBe(resourceVersion);
});
