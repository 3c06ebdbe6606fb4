import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { type ClusterStand, openClusterStand } from './cluster-stand.ts';
import { type ControllerProcess, startControllerIn } from './controller-process.ts';
import { runEnvoyOf } from './lone-stand.ts';
import { formsOf, inspected, type LiveMemory, memoryOf, openLiveMemory } from './memory.ts';

let stand: ClusterStand;
let controller: ControllerProcess;
let live: LiveMemory;
let stopEnvoy: () => Promise<void>;

/** What all that nobody asks for begins with; base64 writes three bytes by four letters, so that it has one beginning too. */
const mark = 'kubectl-contour-unasked-';
const marked = (): string => Buffer.from(mark + randomBytes(24).toString('hex')).toString('base64');

const secret = (name: string, type: string, data: Readonly<Record<string, string>>, namespace = 'shop'): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name, annotations: { 'kubernetes.io/service-account.name': 'default' } },
  type,
  data,
});

/** Of each of the types in turn. */
function unasked(index: number): object {
  const name = `unasked-${index}`;
  const types = [
    () => secret(name, 'Opaque', { password: marked() }),
    () => secret(name, 'helm.sh/release.v1', { release: marked() }),
    () => secret(name, 'kubernetes.io/service-account-token', { extra: marked() }),
    () => secret(name, 'kubernetes.io/tls', { 'tls.crt': marked(), 'tls.key': marked() }),
  ] as const;
  return (types[index % types.length] ?? types[0])();
}

const metadata = (name: string, namespace = 'shop') => ({ namespace, name });
const routes = [{ services: [{ name: 'web', port: 80 }] }];
const proxy = (name: string, secretName: string): object => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: metadata(name),
  spec: { virtualhost: { fqdn: `${name}.example.com`, tls: { secretName } }, routes },
});
const backend = { service: { name: 'web', port: { number: 80 } } };
const ingress: object = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: metadata('ingress'),
  spec: {
    tls: [{ hosts: ['ingress.example.com'], secretName: 'ingress' }],
    rules: [{ host: 'ingress.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }],
  },
};
const delegation: object = {
  apiVersion: 'projectcontour.io/v1',
  kind: 'TLSCertificateDelegation',
  metadata: metadata('lent', 'neighbour'),
  spec: { delegations: [{ secretName: 'lent', targetNamespaces: ['shop'] }] },
};

/** A Secret that is asked for, and texts by which its key is known: as it is, and as the API server writes it. */
function asked(name: string, namespace = 'shop') {
  const { certificate, key } = selfSigned(`${name}.example.com`);
  const encoded = key.toString('base64');
  // The first line is the same in all keys of a kind.
  const [, , line = ''] = key.toString().split('\n');
  return {
    object: secret(
      name,
      'kubernetes.io/tls',
      { 'tls.crt': certificate.toString('base64'), 'tls.key': encoded },
      namespace,
    ),
    texts: [line.slice(0, 48), encoded.slice(128, 176)],
  };
}

const kept = asked('kept');
const [root, ingressed, lent] = [asked('root'), asked('ingress'), asked('lent', 'neighbour')];
const forsaken = [root, ingressed, lent];
const all = [kept, ...forsaken];

beforeAll(async () => {
  stand = await openClusterStand('memory');
  await stand.kubectl('wait', '--for=create', 'serviceaccount/default', '--timeout=20s');
  await stand.apply(...Array.from({ length: 500 }, (_, index) => unasked(index)));
  await stand.apply(secret('not-lent', 'kubernetes.io/tls', { 'tls.crt': marked(), 'tls.key': marked() }, 'neighbour'));
  await stand.apply(...all.map(({ object }) => object), delegation, ingress);
  // One that may not have what it names.
  await stand.apply(
    ...['kept', 'root', 'neighbour/lent', 'neighbour/not-lent'].map((name) => proxy(name.replace('/', '-'), name)),
  );
  const [http = 0, https = 0] = await freePorts(2);
  const places = ['http', 'https'].map((name) => `--envoy-service-${name}-address=127.0.0.1`);
  const ports = [`--envoy-service-http-port=${http}`, `--envoy-service-https-port=${https}`];
  const flags = [`--kubeconfig=${stand.kubeconfig}`, '--disable-leader-election', ...places, ...ports];
  controller = await startControllerIn({ nodeFlags: inspected }, ...flags);
  // Whom it sends the keys to.
  stopEnvoy = await runEnvoyOf(controller.xdsPort, stand.folder);
  live = await openLiveMemory(controller);
});

afterAll(async () => {
  live.close();
  await stopEnvoy();
  await controller.kill('SIGKILL');
  await stand.close();
});

/** Whether each lies in memory, be it garbage. */
function memoryHolds(needles: readonly (readonly Buffer[])[]): readonly boolean[] {
  const found = needles.map(() => false);
  for (const region of memoryOf(controller.process.pid ?? 0))
    needles.forEach((forms, index) => {
      found[index] ||= forms.some((form) => region.includes(form));
    });
  return found;
}

const unaskedForms = [mark, Buffer.from(mark).toString('base64')].flatMap(formsOf);
const hostsServed = async (): Promise<readonly string[]> => {
  const { items } = (await (await fetch(`${controller.debugUrl}/debug/routes`)).json()) as {
    readonly items: readonly { readonly host: string; readonly status: { readonly valid: boolean } }[];
  };
  return [...new Set(items.filter(({ status }) => status.valid).map(({ host }) => host))].sort();
};

it('of Secrets that nobody asks for, or may have, no byte is ever in the memory of the controller', async () => {
  const served = ['ingress', 'kept', 'neighbour-lent', 'root'].map((name) => `${name}.example.com`);
  await eventually(async () => expect(await hostsServed()).toEqual(served));
  await stand.kubectl('wait', '--for=condition=Programmed', 'httpproxy/kept', 'httpproxy/root', '--timeout=30s');
  // Of those that it serves it finds some, so it would find others.
  const askedFor = all.map(({ texts }) => texts.flatMap(formsOf));
  expect(memoryHolds([...askedFor, unaskedForms])).toEqual([true, true, true, true, false]);
  // Edits of each are no reason to look.
  await stand.kubectl('annotate', 'secret', '--all', 'touched=yes');
  await stand.kubectl('annotate', 'httpproxy,ingress', '--all', 'touched=yes');
  await eventually(async () => expect(await hostsServed()).toEqual(served));
  expect(memoryHolds([unaskedForms])).toEqual([false]);
});

it('a Secret that nobody asks for any more is forgotten, and no other is', async () => {
  const texts = all.flatMap((each) => each.texts);
  const held = await live.holds(texts);
  const holdsAny = all.map((each) => each.texts.some((text) => held.includes(text)));
  expect(holdsAny).toEqual([true, true, true, true]);
  await stand.kubectl('delete', 'httpproxy/root', 'ingress/ingress');
  await stand.kubectl('delete', 'tlscertificatedelegation', 'lent', '-n', 'neighbour');
  await eventually(async () => {
    expect(await live.holds(forsaken.flatMap((each) => each.texts))).toEqual([]);
  }, 60_000);
  expect((await live.holds(kept.texts)).length).toBeGreaterThan(0);
  expect(memoryHolds([unaskedForms])).toEqual([false]);
});
