import { X509Certificate } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClusterSource, createClusterSource } from '../../controller/source/cluster.ts';
import { type Answered, createClient, type KubernetesClient } from '../../kubernetes/client.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { isKubernetesError } from '../../kubernetes/errors.ts';
import { openAccess } from '../../kubernetes/kube-config.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';
import { credentialsIn } from '../rig/inside/credentials.ts';
import { apiAddress, apiPort } from '../rig/place.ts';
import { reach, type Reached, seenFromOutside } from '../rig/reach.ts';
import { createAuthority } from '../support/authority.ts';
import { eventually } from '../support/eventually.ts';
import { type ClusterStand, openClusterStand } from './cluster-stand.ts';

/** Of a name that certificates are for. */
const host = 'localhost';
const ports = { now: () => performance.now(), date: () => new Date() };
/** Watches end soon, so that each test has many requests. */
const timing = { watchSeconds: 3, graceMs: 3_000, slowMs: 500, confirmMs: 2_000 };
const signal = new AbortController().signal;

let stand: ClusterStand;
let line: Line;
/** What kubelet mounts in a Pod. */
let account: string;
/** The administrator, whatever certificate the API server has. */
let admin: KubernetesClient;
const authority = createAuthority();

/** A way to the API server that can be broken off, so that clients have to shake hands anew. */
interface Line {
  readonly port: number;
  breakOff(): void;
  close(): void;
}

async function openLine({ port }: Reached): Promise<Line> {
  const sockets = new Set<Socket>();
  const server = createServer((outer) => {
    const inner = connect({ host: '127.0.0.1', port });
    for (const socket of [outer, inner]) sockets.add(socket.on('close', () => sockets.delete(socket)));
    pipeline(outer, inner, outer).catch(() => outer.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakOff = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    breakOff,
    close() {
      breakOff();
      server.close();
    },
  };
}

let reached: Reached;

beforeAll(async () => {
  stand = await openClusterStand('credentials');
  reached = await reach(stand.rig, apiAddress, apiPort);
  line = await openLine(reached);
  account = join(stand.folder, 'serviceaccount');
  mkdirSync(account);
  const kinds = ['httpproxies.projectcontour.io', 'tlscertificatedelegations.projectcontour.io', 'services', 'secrets'];
  const all = [...kinds, 'ingresses.networking.k8s.io', 'endpointslices.discovery.k8s.io'];
  const resources = all.map((kind) => `--resource=${kind}`);
  await stand.kubectl('create', 'clusterrole', 'reader', '--verb=get,list,watch', ...resources);
  await stand.kubectl('create', 'serviceaccount', 'contour');
  await stand.kubectl(
    'create',
    'clusterrolebinding',
    'reader',
    '--clusterrole=reader',
    '--serviceaccount=shop:contour',
  );
  admin = openAdmin();
});

afterAll(async () => {
  line.close();
  reached.close();
  authority.close();
  await stand.close();
});

const rigFile = (path: string): string => seenFromOutside(stand.rig, path);
const credentials = () => credentialsIn(join(stand.rig.place.folder, 'credentials'));

/** Trusts the authority that the rig begins with, and the one that it gets. */
function openAdmin(): KubernetesClient {
  const config = JSON.parse(readFileSync(stand.kubeconfig, 'utf8')) as object;
  const trusted = [rigFile(credentials().authority), authority.issue(host).ca].map((file) => readFileSync(file));
  const data = Buffer.concat(trusted).toString('base64');
  const cluster = { server: `https://${host}:${line.port}`, 'certificate-authority-data': data };
  const file = join(stand.folder, 'trusts-both');
  writeFileSync(file, JSON.stringify({ ...config, clusters: [{ name: 'rig', cluster }] }), { mode: 0o600 });
  const access = openAccess({ type: 'kubeconfig', files: [file] }, { env: {}, ...ports });
  return createClient({ access, userAgent: 'contour-test' });
}

/** As kubelet does: nobody ever reads half of it. */
function mount(name: string, text: string): void {
  const next = join(account, `${name}.next`);
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, join(account, name));
}

/** A token that is good for as long as a Secret is there. */
async function tokenBoundTo(name: string): Promise<string> {
  await stand.kubectl('create', 'secret', 'generic', name);
  const bound = ['--bound-object-kind=Secret', `--bound-object-name=${name}`];
  return (await stand.kubectl('create', 'token', 'contour', ...bound)).trim();
}

/** A source as in a Pod, until `stop`. */
function follow() {
  const env = { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: String(line.port) };
  const access = openAccess({ type: 'incluster' }, { env, serviceAccount: account, ...ports });
  const answers: Answered[] = [];
  const client = createClient({
    access,
    userAgent: 'contour-test',
    onAnswer: (answered) => void answers.push(answered),
  });
  const source: ClusterSource = createClusterSource({
    client,
    clock: systemClock,
    timing,
    settings: defaultSettings,
    namespaces: [],
  });
  const names = new Set<string>();
  const started = source.start((changes) => {
    for (const change of changes)
      if (change.type === 'upsert') names.add(refKey(refOf(change.object)));
      else names.delete(refKey(change.ref));
  });
  const states = () => source.kinds().map(({ health }) => health.state);
  return { source, started, names, answers, states };
}

/** Its fingerprint. */
async function shownCertificate(): Promise<string> {
  const socket = connectTls({ host, port: line.port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function create(name: string): Promise<void> {
  const body = {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'shop', name },
    spec: { virtualhost: { fqdn: `${name}.example.com` }, routes: [{ services: [{ name: 'web', port: 80 }] }] },
  };
  await admin.write('/apis/projectcontour.io/v1/namespaces/shop/httpproxies', { method: 'POST', body, signal });
}

/** Whether the API server takes it. */
async function isGood(token: string): Promise<boolean> {
  const config = JSON.parse(readFileSync(join(stand.folder, 'trusts-both'), 'utf8')) as object;
  const file = join(stand.folder, 'of-token');
  writeFileSync(file, JSON.stringify({ ...config, users: [{ name: 'rig', user: { token } }] }), { mode: 0o600 });
  const access = openAccess({ type: 'kubeconfig', files: [file] }, { env: {}, ...ports });
  try {
    await createClient({ access, userAgent: 'contour-test' }).get('/api/v1/namespaces/shop/services', { signal });
    return true;
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    return false;
  }
}

it('a token that is replaced on disk, and then is worth nothing, stops nobody', async () => {
  copyFileSync(rigFile(credentials().authority), join(account, 'ca.crt'));
  const [first, second] = [await tokenBoundTo('first'), await tokenBoundTo('second')];
  mount('token', first);
  const { source, started, names, answers, states } = follow();
  await started;
  await create('with-the-first');
  await eventually(() => expect(names).toContain('HTTPProxy/shop/with-the-first'));

  mount('token', second);
  await stand.kubectl('delete', 'secret', 'first');
  // The API server believes what it has looked up for some seconds.
  await eventually(async () => expect(await isGood(first)).toBe(false), 60_000);
  const before = answers.length;
  // Each kind has asked again: with the second one.
  await eventually(() => {
    const again = new Set(answers.slice(before).flatMap(({ url, status }) => (status === 200 ? url.pathname : [])));
    expect(again.size).toBe(states().length);
    expect(new Set(states())).toEqual(new Set(['current']));
  }, 60_000);
  await create('with-the-second');
  await eventually(() => expect(names).toContain('HTTPProxy/shop/with-the-second'));
  source.stop();
}, 200_000);

it('an API server with a certificate of another authority is believed as soon as that is mounted', async () => {
  copyFileSync(rigFile(credentials().authority), join(account, 'ca.crt'));
  mount('token', await tokenBoundTo('third'));
  const running = follow();
  await running.started;

  const { ca, certificate, key } = authority.issue(host);
  // The API server follows these files, and goes on with what it has while they do not fit.
  copyFileSync(key, rigFile(credentials().key));
  copyFileSync(certificate, rigFile(credentials().certificate));
  const { fingerprint256 } = new X509Certificate(readFileSync(certificate));
  await eventually(async () => expect(await shownCertificate()).toBe(fingerprint256), 120_000);
  // One that has never met it; sessions of the other may be resumed, without a look at any certificate.
  const late = follow();
  const untrusted = "the API server's certificate is of an authority that is not trusted";
  const reasons = () => new Set(late.source.kinds().map(({ health }) => health.reason));
  await eventually(() => expect(reasons()).toEqual(new Set([untrusted])));

  mount('ca.crt', readFileSync(ca, 'utf8'));
  line.breakOff();
  await late.started;
  await create('of-another-authority');
  for (const { names, states, source } of [running, late]) {
    await eventually(() => expect(names).toContain('HTTPProxy/shop/of-another-authority'), 60_000);
    await eventually(() => expect(new Set(states())).toEqual(new Set(['current'])), 60_000);
    source.stop();
  }
}, 250_000);
