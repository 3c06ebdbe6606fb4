import { afterEach, expect, test } from 'vitest';
import { createClusterSource } from '../../controller/source/cluster.ts';
import { createClient } from '../../kubernetes/client.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { defaultTiming } from '../../kubernetes/list-watch.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { type Change, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, fakeCluster } from './fake-cluster.ts';
import { plainAccess } from '../support/plain-access.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const metadata = (name: string, resourceVersion = '1') => ({ namespace: 'shop', name, resourceVersion });

const proxy = (name: string, secretName?: string, resourceVersion?: string) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: metadata(name, resourceVersion),
  spec: { virtualhost: { fqdn: `${name}.example.com`, ...(secretName === undefined ? {} : { tls: { secretName } }) } },
});

const nameOnly = (name: string, resourceVersion?: string) => ({
  apiVersion: 'meta.k8s.io/v1',
  kind: 'PartialObjectMetadata',
  metadata: metadata(name, resourceVersion),
});

const secret = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: metadata(name),
  data: { 'tls.key': Buffer.from(`MARKER ${name}`).toString('base64') },
});

/** Follows a fake cluster; batches are written as in `+Kind/namespace/name`. */
async function follow(
  answers: Readonly<Record<string, Answer>>,
  namespaces: readonly string[] = [],
  draft?: (changes: readonly string[]) => void,
  slowMs = 20,
) {
  const secrets = new Map(['cert', 'other'].map((name) => [`shop/${name}`, secret(name)]));
  const cluster = await fakeCluster(answers, secrets);
  cleanups.push(cluster.close);
  const access = plainAccess(cluster.url);
  const source = createClusterSource({
    client: createClient({ access, userAgent: 'test' }),
    clock: systemClock,
    timing: { ...defaultTiming, slowMs },
    settings: defaultSettings,
    namespaces,
  });
  cleanups.push(async () => source.stop());
  const batches: string[][] = [];
  let started = false;
  const write = (change: Change): string =>
    change.type === 'upsert' ? `+${refKey(refOf(change.object))}` : `-${refKey(change.ref)}`;
  const tell = draft === undefined ? undefined : (changes: readonly Change[]) => draft(changes.map(write));
  void source.start((changes) => batches.push(changes.map(write).sort()), tell).then(() => (started = true));
  const states = () => Object.fromEntries(source.kinds().map(({ name, health }) => [name, health.state]));
  return { cluster, source, batches, states, started: () => started };
}

const kinds = ['HTTPProxy', 'Ingress', 'TLSCertificateDelegation', 'Service', 'EndpointSlice', 'PartialObjectMetadata'];

function allWatchedBut({ watched }: { watched(kind: string): boolean }, without: readonly string[]): Promise<void> {
  const others = kinds.filter((kind) => !without.includes(kind));
  return eventually(() => expect(others.every(watched)).toBe(true));
}

test('the first batch is the whole world, with the Secrets that it names and no others', async () => {
  const { batches, cluster, started } = await follow({
    HTTPProxy: [proxy('web', 'cert'), proxy('plain')],
    PartialObjectMetadata: [nameOnly('cert'), nameOnly('other')],
  });
  await eventually(() => expect(started()).toBe(true));
  expect(batches).toEqual([['+HTTPProxy/shop/plain', '+HTTPProxy/shop/web', '+Secret/shop/cert']]);
  const aboutSecrets = cluster.requests.filter((request) => /secrets(\?(?!.*watch)|\/)/.test(request));
  expect(aboutSecrets).toEqual([
    expect.stringMatching(/^\/api\/v1\/secrets\?limit=500&fieldSelector=type%21%3Dhelm.*service-account-token$/),
    '/api/v1/namespaces/shop/secrets/cert',
  ]);
});

test('a draft is told what a host can be compiled from, and nothing twice', async () => {
  const drafts: string[] = [];
  const { batches, cluster } = await follow(
    {
      HTTPProxy: [proxy('web', 'cert'), proxy('plain')],
      Ingress: 500,
      Service: 500,
      PartialObjectMetadata: [nameOnly('cert')],
    },
    [],
    (changes) => void drafts.push(...changes),
  );
  await allWatchedBut(cluster, ['Ingress', 'Service']);
  expect(drafts).toEqual([]);
  cluster.answer('Service', []);
  const told = ['+HTTPProxy/shop/plain', '+HTTPProxy/shop/web', '+Secret/shop/cert'];
  await eventually(() => expect(drafts.toSorted()).toEqual(told));
  expect(batches).toEqual([]);
  cluster.answer('Ingress', []);
  await eventually(() => expect(batches).toEqual([[]]));
  expect(drafts).toHaveLength(3);
});

test('an empty cluster is a world too', async () => {
  const { batches } = await follow({});
  await eventually(() => expect(batches).toEqual([[]]));
});

test('nothing is delivered while a kind has not been read', async () => {
  const { batches, cluster, states } = await follow({ HTTPProxy: [proxy('web')], Ingress: 500 });
  await allWatchedBut(cluster, ['Ingress']);
  expect([states()['Ingress'], batches]).toEqual(['failing', []]);
  cluster.answer('Ingress', []);
  await eventually(() => expect(batches).toEqual([['+HTTPProxy/shop/web']]));
});

test.each(['HTTPProxy', 'Ingress', 'TLSCertificateDelegation', 'PartialObjectMetadata'])(
  'the rest works where %s is denied, which is said, and heals',
  async (kind) => {
    const name = kind === 'PartialObjectMetadata' ? 'Secret' : kind;
    const { batches, cluster, source, states } = await follow({ [kind]: 403 });
    await eventually(() => expect(batches).toEqual([[]]));
    expect(source.kinds().find((report) => report.name === name)?.health).toEqual({
      synced: false,
      state: 'denied',
      reason: 'answered 403',
    });
    cluster.answer(kind, []);
    await eventually(() => expect(states()[name]).toBe('current'));
  },
);

test('what names a Secret goes on where Secrets are denied, and gets it when they are not', async () => {
  const { batches, cluster } = await follow({ HTTPProxy: [proxy('web', 'cert')], PartialObjectMetadata: 403 });
  await eventually(() => expect(batches).toEqual([['+HTTPProxy/shop/web']]));
  cluster.answer('PartialObjectMetadata', [nameOnly('cert')]);
  await eventually(() => expect(batches[1]).toEqual(['+Secret/shop/cert']));
});

test.each(['HTTPProxy', 'PartialObjectMetadata'])(
  'a right to %s that an API server does not know of yet, because it has just started, is waited for',
  async (kind) => {
    const world: Readonly<Record<string, Answer>> = {
      HTTPProxy: [proxy('web', 'cert')],
      PartialObjectMetadata: [nameOnly('cert')],
    };
    const { batches, cluster, states } = await follow({ ...world, [kind]: 403 }, [], undefined, defaultTiming.slowMs);
    await eventually(() => expect(Object.values(states())).toContain('denied'));
    await allWatchedBut(cluster, [kind]);
    expect(batches).toEqual([]);
    cluster.answer(kind, world[kind] ?? []);
    await eventually(() => expect(batches).toEqual([['+HTTPProxy/shop/web', '+Secret/shop/cert']]));
  },
);

test.each([
  ['Services', { Service: 403 }],
  ['EndpointSlices', { EndpointSlice: 403 }],
  ['all that has routes', { HTTPProxy: 404, Ingress: 403 }],
])('a world without %s is waited for', async (_name, answers: Readonly<Record<string, Answer>>) => {
  const { batches, cluster, states } = await follow(answers);
  const [kind = ''] = Object.keys(answers);
  await eventually(() => expect(['denied', 'absent']).toContain(states()[kind]));
  await allWatchedBut(cluster, Object.keys(answers));
  expect(batches).toEqual([]);
  cluster.answer(kind, []);
  await eventually(() => expect(batches).toEqual([[]]));
});

test('a cluster in which HTTPProxy is not installed serves its Ingresses', async () => {
  const { batches, states } = await follow({ HTTPProxy: 404, TLSCertificateDelegation: 404 });
  await eventually(() => expect(batches).toEqual([[]]));
  expect(states()).toMatchObject({ HTTPProxy: 'absent', TLSCertificateDelegation: 'absent', Ingress: 'current' });
});

test('namespaces are read one by one, and nothing else is', async () => {
  const { batches, cluster, states } = await follow({}, ['shop', 'infra']);
  await eventually(() => expect(batches).toEqual([[]]));
  expect(states()).toMatchObject({ 'HTTPProxy in shop': 'current', 'Secret in infra': 'current' });
  for (const request of cluster.requests) expect(request).toMatch(/\/namespaces\/(shop|infra)\//);
});

test('a namespace of several that may not be read, or is gone, keeps nobody else waiting', async () => {
  const gone = Object.fromEntries(kinds.map((kind) => [`${kind} in gone`, 403]));
  const { batches, cluster, states } = await follow({ 'HTTPProxy in shop': [proxy('web')], ...gone }, ['shop', 'gone']);
  await eventually(() => expect(batches).toEqual([['+HTTPProxy/shop/web']]));
  expect(states()).toMatchObject({ 'Service in shop': 'current', 'Service in gone': 'denied' });
  for (const kind of kinds) cluster.answer(`${kind} in gone`, []);
  await eventually(() => expect(new Set(Object.values(states()))).toEqual(new Set(['current'])));
});

test('where no namespace may be read there is no world', async () => {
  const denied = Object.fromEntries(kinds.map((kind) => [kind, 403]));
  const { batches, cluster, states } = await follow(denied, ['shop', 'infra']);
  await eventually(() => expect(new Set(Object.values(states()))).toEqual(new Set(['denied'])));
  cluster.answer('HTTPProxy', [proxy('web')]);
  await eventually(() => expect(states()['HTTPProxy in shop']).toBe('current'));
  expect(batches).toEqual([]);
});

test('changes follow, and a Secret comes and goes with what names it', async () => {
  const { batches, cluster } = await follow({ PartialObjectMetadata: [nameOnly('cert'), nameOnly('other')] });
  await eventually(() => expect(cluster.watched('HTTPProxy')).toBe(true));
  await eventually(() => expect(batches).toEqual([[]]));
  cluster.say('HTTPProxy', 'ADDED', proxy('web', 'cert', '11'));
  await eventually(() => expect(batches[1]).toEqual(['+HTTPProxy/shop/web', '+Secret/shop/cert']));
  cluster.say('HTTPProxy', 'DELETED', proxy('web', 'cert', '12'));
  await eventually(() => expect(batches[2]).toEqual(['-HTTPProxy/shop/web', '-Secret/shop/cert']));
  expect(cluster.requests).not.toContain('/api/v1/namespaces/shop/secrets/other');
});

test('it stops', async () => {
  const { source, cluster } = await follow({});
  await allWatchedBut(cluster, []);
  source.stop();
  await eventually(() => expect(kinds.some(cluster.watched)).toBe(false));
});
