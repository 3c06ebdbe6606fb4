import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { main } from '../../controller/main.ts';
import { type ClusterSource, createClusterSource } from '../../controller/source/cluster.ts';
import { createClient } from '../../kubernetes/client.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { openAccess } from '../../kubernetes/kube-config.ts';
import { defaultTiming } from '../../kubernetes/list-watch.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const crdFiles = readdirSync(crds).filter((file) => file.endsWith('.yaml'));
const folder = mkdtempSync(join(tmpdir(), 'contour-cluster-'));
let rig: Rig;
let outside: { readonly text: string; close(): void };
let kubeconfig: string;

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
const apply = (...objects: readonly object[]) =>
  applyText(objects.map((object) => JSON.stringify(object)).join('\n---\n'));
const applyText = (text: string) => inside(rig, ['kubectl', 'apply', '--server-side', '-f', '-'], text);

beforeAll(async () => {
  rig = await startRig({ name: `cluster-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  kubeconfig = join(folder, 'admin');
  writeFileSync(kubeconfig, outside.text, { mode: 0o600 });
  await installCrds();
  await kubectl('create', 'namespace', 'shop');
});

afterAll(async () => {
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

async function installCrds(): Promise<void> {
  for (const file of crdFiles) await kubectl('apply', '-f', join(crds, file));
  await kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s');
}

const sources: ClusterSource[] = [];
afterEach(() => {
  for (const source of sources.splice(0)) source.stop();
});

/** A source on the rig, and the world as it told it. */
function follow(file = kubeconfig, namespaces: readonly string[] = []) {
  const ports = { env: {}, now: () => performance.now(), date: () => new Date() };
  const access = openAccess({ type: 'kubeconfig', files: [file] }, ports);
  const client = createClient({ access, userAgent: 'contour/0 (test)' });
  const clock = systemClock;
  const source = createClusterSource({ client, clock, timing: defaultTiming, settings: defaultSettings, namespaces });
  sources.push(source);
  const world = new Map<string, KubernetesObject>();
  const sizes: number[] = [];
  const started = source.start((changes) => {
    sizes.push(changes.length);
    for (const change of changes) {
      if (change.type === 'upsert') world.set(refKey(refOf(change.object)), change.object);
      else world.delete(refKey(change.ref));
    }
  });
  const state = (name: string) => source.kinds().find((report) => report.name === name)?.health.state;
  return { source, started, world, sizes, state };
}

/** `contour serve` until `end`, which resolves to its exit code. */
async function serve(file = kubeconfig) {
  const [signals, stdout, stderr] = [new EventEmitter(), new PassThrough(), new PassThrough()];
  const serving = new Promise<number>((resolve) => {
    stderr.setEncoding('utf8').on('data', (text: string) => {
      const [, port] = /msg="serving" .*debug=([0-9]+)/.exec(text) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const ports = ['--xds-port=0', '--debug-http-port=0', '--health-port=0'];
  const code = main(['serve', '--kubeconfig', file, '--insecure', ...ports], { stdout, stderr, env: {}, signals });
  const end = (): Promise<number> => {
    signals.emit('SIGTERM');
    return code;
  };
  return { url: `http://127.0.0.1:${await serving}`, end };
}

const proxy = (name: string, tls: object = {}) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name },
  spec: { virtualhost: { fqdn: `${name}.example.com`, ...tls }, routes: [{ services: [{ name: 'web', port: 80 }] }] },
});

it('a world of many pages is read whole, and its edits follow', async () => {
  await apply(...Array.from({ length: 1_100 }, (_, index) => proxy(`many-${index}`)));
  const { started, world, sizes } = follow();
  await started;
  const many = () => [...world.keys()].filter((key) => key.startsWith('HTTPProxy/shop/many-')).length;
  expect([many(), sizes.length]).toEqual([1_100, 1]);
  expect(world.has('Service/default/kubernetes')).toBe(true);
  await kubectl('delete', 'httpproxy', '-n', 'shop', '--all', '--wait=false');
  await eventually(() => expect(many()).toBe(0));
  await apply(proxy('late'));
  await eventually(() => expect(world.get('HTTPProxy/shop/late')?.metadata.generation).toBe(1));
  await kubectl('delete', 'httpproxy', '-n', 'shop', 'late');
});

it('only Secrets that are named are fetched; their rotation and deletion follow', async () => {
  const secret = (name: string, type: string, data: object) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'shop', name },
    type,
    data,
  });
  const pair = () => {
    const { certificate, key } = selfSigned('cert.example.com');
    return { 'tls.crt': certificate.toString('base64'), 'tls.key': key.toString('base64') };
  };
  await apply(
    secret('cert', 'kubernetes.io/tls', pair()),
    secret('other', 'kubernetes.io/tls', pair()),
    secret('helm', 'helm.sh/release.v1', { release: 'TUFSS0VS' }),
    proxy('cert', { tls: { secretName: 'cert' } }),
    proxy('helm', { tls: { secretName: 'helm' } }),
  );
  const { started, world } = follow();
  await started;
  const secrets = () => [...world.keys()].filter((key) => key.startsWith('Secret/'));
  expect(secrets()).toEqual(['Secret/shop/cert']);
  const before = world.get('Secret/shop/cert');
  await apply(secret('cert', 'kubernetes.io/tls', pair()));
  await eventually(() => expect(world.get('Secret/shop/cert')).not.toBe(before));
  await kubectl('delete', 'secret', '-n', 'shop', 'cert');
  await eventually(() => expect(secrets()).toEqual([]));
  await kubectl('delete', 'httpproxy', '-n', 'shop', '--all');
});

it('a kind that is denied is named, holds nothing else up, and heals when it is granted', async () => {
  const all = ['services', 'endpointslices.discovery.k8s.io', 'secrets', 'httpproxies.projectcontour.io'];
  const grant = (name: string, ...kinds: readonly string[]) =>
    kubectl('create', 'clusterrole', name, '--verb=get,list,watch', ...kinds.map((kind) => `--resource=${kind}`));
  await kubectl('create', 'serviceaccount', 'contour', '-n', 'shop');
  await grant('most', ...all, 'tlscertificatedelegations.projectcontour.io');
  await kubectl('create', 'clusterrolebinding', 'most', '--clusterrole=most', '--serviceaccount=shop:contour');
  const token = (await kubectl('create', 'token', 'contour', '-n', 'shop')).trim();
  const file = join(folder, 'contour');
  const { users: _, ...config } = JSON.parse(outside.text) as { users: unknown };
  writeFileSync(file, JSON.stringify({ ...config, users: [{ name: 'rig', user: { token } }] }), { mode: 0o600 });

  const { source, started, state } = follow(file);
  await started;
  const ingress = source.kinds().find(({ name }) => name === 'Ingress');
  expect(ingress?.health).toMatchObject({ synced: false, state: 'denied' });
  expect(ingress?.health.reason).toMatch(
    /^ingresses\.networking\.k8s\.io is forbidden: User "system:serviceaccount:shop:contour"/,
  );
  // Envoys find only controllers that are ready.
  const { url, end } = await serve(file);
  const ready = await fetch(`${url}/readyz?verbose`);
  expect([ready.status, await ready.text()]).toEqual([
    200,
    expect.stringMatching(/^\[\+\] Ingress: denied: ingresses\.networking\.k8s\.io is forbidden: /m) as unknown,
  ]);
  expect(await end()).toBe(0);
  await grant('rest', 'ingresses.networking.k8s.io');
  await kubectl('create', 'clusterrolebinding', 'rest', '--clusterrole=rest', '--serviceaccount=shop:contour');
  await eventually(() => expect(state('Ingress')).toBe('current'));
});

it('CRDs may come, go and come back', async () => {
  await apply(proxy('before'));
  const { started, world, state } = follow();
  await started;
  await kubectl('delete', 'crd', 'httpproxies.projectcontour.io');
  // Deleting a CRD deletes its objects, one by one.
  await eventually(
    () => expect([state('HTTPProxy'), world.has('HTTPProxy/shop/before')]).toEqual(['absent', false]),
    40_000,
  );

  const second = follow();
  await second.started;
  expect([second.state('HTTPProxy'), second.state('Ingress')]).toEqual(['absent', 'current']);
  await installCrds();
  await apply(proxy('after'));
  for (const each of [world, second.world]) await eventually(() => expect(each.has('HTTPProxy/shop/after')).toBe(true));
});

it('namespaces are read one by one', async () => {
  await apply(proxy('own'), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'elsewhere' },
    spec: { ports: [{ port: 80 }] },
  });
  const { started, world } = follow(kubeconfig, ['shop']);
  await started;
  expect(world.has('HTTPProxy/shop/own')).toBe(true);
  expect([...world.keys()].filter((key) => !key.includes('/shop/'))).toEqual([]);
});

it('contour serve answers for the cluster, with the addresses of its Pods', async () => {
  const labels = { app: 'web' };
  const meta = { namespace: 'shop', name: 'web' };
  await apply(
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta,
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta, labels },
      spec: { containers: [{ name: 'web', image: 'web', ports: [{ containerPort: 8080 }] }] },
    },
    proxy('web'),
  );
  const { url, end } = await serve();
  try {
    await eventually(async () => {
      const table = (await (await fetch(`${url}/debug/routes?host=web.example.com`)).json()) as object;
      expect(table).toMatchObject({
        source: { from: 'controller', cluster: expect.stringMatching(/^https:\/\/127\.0\.0\.1:[0-9]+$/) as unknown },
        items: [{ action: { type: 'Forward', backends: [{ name: 'web', endpoints: { ready: 1, total: 1 } }] } }],
      });
    });
    const ready = await fetch(`${url}/readyz?verbose`);
    expect([ready.status, await ready.text()]).toEqual([200, expect.stringContaining('[+] HTTPProxy\n') as unknown]);
  } finally {
    expect(await end()).toBe(0);
  }
});
