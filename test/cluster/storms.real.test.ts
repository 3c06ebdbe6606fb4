import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createClient, type KubernetesClient } from '../../kubernetes/client.ts';
import { openAccess } from '../../kubernetes/kube-config.ts';
import { eventually } from '../support/eventually.ts';
import { startController } from './controller-process.ts';
import { type LoneStand, type Neighbour, openLoneStand } from './lone-stand.ts';
import { kubeconfigThrough, type Seen, startRecordingProxy } from './recording-proxy.ts';

let stand: LoneStand;
let client: KubernetesClient;
let neighbour: Neighbour;
const signal = new AbortController().signal;

beforeAll(async () => {
  stand = await openLoneStand('storms');
  const ports = { env: {}, now: () => performance.now(), date: () => new Date() };
  const access = openAccess({ type: 'kubeconfig', files: [stand.kubeconfig] }, ports);
  client = createClient({ access, userAgent: 'contour-test' });
});
afterAll(() => stand.close());

beforeEach(async () => void (neighbour = await stand.watchNeighbour()));
afterEach(async () => {
  await neighbour.expectUntouched();
  await client.write(pathOf(), { method: 'DELETE', signal });
});

const pathOf = (name = '', namespace = 'shop') =>
  `/apis/projectcontour.io/v1/namespaces/${namespace}/httpproxies${name === '' ? '' : `/${name}`}`;
const answering = (name: string, statusCode: number, namespace = 'shop') => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace, name },
  spec: { virtualhost: { fqdn: `${name}.example.com` }, routes: [{ directResponsePolicy: { statusCode } }] },
});
const create = (name: string, statusCode: number, namespace = 'shop') =>
  client.write(pathOf('', namespace), { method: 'POST', body: answering(name, statusCode, namespace), signal });
const remove = (name: string) => client.write(pathOf(name), { method: 'DELETE', signal });

/** Some at a time, as many people would. */
async function inLanes(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: 16 }, lane));
}

const statusOf = async (name: string) => {
  const { status } = (await client.get(pathOf(name), { signal })) as { readonly status: Record<string, unknown> };
  return status;
};

/** What a request to each is answered with. */
const answersOf = async (names: readonly string[]) =>
  Promise.all(names.map((name) => stand.statusAt(`${name}.example.com`)));

it('2,000 changes at once end with the last of each being live', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `storm-${index}`);
  for (const name of names) await create(name, 200);
  await inLanes(2_000, async (index) => {
    const value = 200 + Math.floor(index / names.length);
    const body = [{ op: 'replace', path: '/spec/routes/0/directResponsePolicy/statusCode', value }];
    const request = { method: 'PATCH', body, contentType: 'application/json-patch+json', signal } as const;
    await client.write(pathOf(names[index % names.length]), request);
  });
  const lasts = await Promise.all(names.map(async (name) => (await client.get(pathOf(name), { signal })) as Answering));
  const expected = lasts.map(({ spec }) => spec.routes[0]?.directResponsePolicy.statusCode);
  await eventually(async () => expect(await answersOf(names)).toEqual(expected), 30_000);
});

interface Answering {
  readonly spec: { readonly routes: readonly { readonly directResponsePolicy: { readonly statusCode: number } }[] };
}

it('objects that are deleted and made anew in a moment are what they are now, with statuses of their own', async () => {
  const names = Array.from({ length: 100 }, (_, index) => `again-${index}`);
  await inLanes(names.length, (index) => create(names[index] ?? '', 201));
  await eventually(async () => expect(new Set(await answersOf(names))).toEqual(new Set([201])), 30_000);
  await inLanes(names.length, async (index) => {
    await remove(names[index] ?? '');
    await create(names[index] ?? '', 202);
  });
  await eventually(async () => expect(new Set(await answersOf(names))).toEqual(new Set([202])), 30_000);
  await eventually(async () => {
    const statuses = await Promise.all(names.map(statusOf));
    expect(new Set(statuses.map(({ currentStatus }) => currentStatus))).toEqual(new Set(['valid']));
  }, 30_000);
});

it('namespaces that are deleted take their hosts along, and nobody else', async () => {
  const namespaces = Array.from({ length: 5 }, (_, index) => `gone-${index}`);
  for (const namespace of namespaces) await stand.kubectl('create', 'namespace', namespace);
  const names = namespaces.flatMap((namespace) => Array.from({ length: 20 }, (_, index) => `${namespace}-${index}`));
  await inLanes(names.length, (index) =>
    create(names[index] ?? '', 201, (names[index] ?? '').slice(0, 'gone-0'.length)),
  );
  await eventually(async () => expect(new Set(await answersOf(names))).toEqual(new Set([201])), 30_000);
  await stand.kubectl('delete', 'namespace', ...namespaces, '--timeout=40s');
  await eventually(async () => expect(new Set(await answersOf(names))).toEqual(new Set([404])), 30_000);
  expect(stand.controller().output()).not.toMatch(/level=error|a status was not written/);
});

/** When each of these requests was made, by what it is about. In ms. */
function timesOf(requests: readonly Seen[]): readonly (readonly number[])[] {
  const times = Map.groupBy(requests, ({ path }) => path);
  return [...times.values()].map((each) => each.map(({ at }) => at));
}

it('of two that write the same statuses both do so ever more seldom, and the one that stays is right', async () => {
  const api = await startRecordingProxy(stand.kubeconfig);
  await inLanes(100, (index) => create(`fought-${index}`, 201));
  // Both lead, and say of all of them that they have another address.
  const startWith = (config: string, address: string) =>
    startController(`--kubeconfig=${config}`, '--disable-leader-election', `--ingress-status-address=${address}`);
  const other = await startWith(kubeconfigThrough(api, stand.folder), '10.9.9.9');
  const staying = await startWith(stand.kubeconfig, '10.1.1.1');
  const written = () => timesOf(api.seen.filter(({ method, path }) => method === 'PATCH' && path.includes('fought-')));
  try {
    await eventually(() => expect(written().filter((times) => times.length >= 8).length).toBe(100), 90_000);
    // Pauses of 250 ms, twice that and so on up to 4 s: 12 s or more from the first to the eighth, on a slow machine too.
    const spans = written().map(([first = 0, ...later]) => (later[6] ?? 0) - first);
    expect(Math.min(...spans)).toBeGreaterThan(8_000);
    await other.kill('SIGKILL');
    const loadBalancer = { ingress: [{ ip: '10.1.1.1' }] };
    await eventually(async () => {
      const statuses = await Promise.all(Array.from({ length: 100 }, (_, index) => statusOf(`fought-${index}`)));
      for (const status of statuses) expect(status).toMatchObject({ currentStatus: 'valid', loadBalancer });
    }, 30_000);
  } finally {
    await other.kill('SIGKILL');
    await staying.kill('SIGKILL');
    await api.close();
  }
}, 150_000);
