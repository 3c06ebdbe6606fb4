import { afterEach, expect, test } from 'vitest';
import { createClusterSource } from '../../controller/source/cluster.ts';
import { createStatusShelf } from '../../controller/source/status-shelf.ts';
import { statusIn, type StoredStatus } from '../../controller/status/stored-status.ts';
import { createClient } from '../../kubernetes/client.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { defaultTiming } from '../../kubernetes/list-watch.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { fakeCluster } from './fake-cluster.ts';
import { plainAccess } from '../support/plain-access.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const web = 'HTTPProxy/shop/web' as RefKey;

const proxy = (resourceVersion: string, status?: object, spec: object = {}) => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { namespace: 'shop', name: 'web', uid: 'u1', generation: 3, resourceVersion, managedFields: [{}] },
  spec: { virtualhost: { fqdn: 'web.example.com' }, ...spec },
  ...(status === undefined ? {} : { status }),
});

async function follow() {
  const cluster = await fakeCluster({ HTTPProxy: [proxy('1')] });
  cleanups.push(cluster.close);
  const access = plainAccess(cluster.url);
  const source = createClusterSource({
    client: createClient({ access, userAgent: 'test' }),
    clock: systemClock,
    timing: defaultTiming,
    settings: defaultSettings,
    namespaces: [],
  });
  cleanups.push(async () => source.stop());
  let batches = 0;
  await source.start(() => (batches += 1));
  await eventually(() => expect(cluster.watched('HTTPProxy')).toBe(true));
  return { cluster, source, batches: () => batches };
}

test('a status write of ours comes back, is known, and moves nothing', async () => {
  const { cluster, source, batches } = await follow();
  const told: RefKey[] = [];
  source.statuses.onChange((key) => told.push(key));
  expect(source.statuses.get(web)).toEqual({ uid: 'u1', generation: 3, resourceVersion: '1', text: '' });
  cluster.say('HTTPProxy', 'MODIFIED', proxy('11', { currentStatus: 'valid' }));
  await eventually(() => expect(source.statuses.get(web)?.resourceVersion).toBe('11'));
  expect(statusIn(source.statuses.get(web) as StoredStatus)).toEqual({ currentStatus: 'valid' });
  cluster.say('HTTPProxy', 'MODIFIED', proxy('12', { currentStatus: 'valid' }, { routes: [] }));
  await eventually(() => expect(batches()).toBe(2));
  // The first batch is the world, the second the edit: the status between them was none.
  expect(told).toEqual([web, web]);
});

test('an object that is gone has no status', async () => {
  const { cluster, source, batches } = await follow();
  cluster.say('HTTPProxy', 'DELETED', proxy('11'));
  await eventually(() => expect(batches()).toBe(2));
  expect(source.statuses.get(web)).toBeNull();
});

const stored = (resourceVersion: string, text = ''): StoredStatus => ({
  uid: 'u1',
  generation: 1,
  resourceVersion,
  text,
});

test('what a watch tells late does not undo what a write has answered', async () => {
  const clock = createFakeClock();
  const shelf = createStatusShelf(clock);
  shelf.put(web, stored('10'));
  shelf.answered(web, proxy('12', { currentStatus: 'valid' }));
  expect(shelf.get(web)?.text).toBe('{"currentStatus":"valid"}');
  shelf.put(web, stored('11', 'late'));
  expect(shelf.get(web)?.resourceVersion).toBe('12');
  shelf.put(web, stored('13'));
  expect(shelf.get(web)?.resourceVersion).toBe('13');
});

test('versions that go back for good are believed', async () => {
  const clock = createFakeClock();
  const shelf = createStatusShelf(clock);
  shelf.put(web, stored('10'));
  shelf.answered(web, proxy('12'));
  await clock.advance(6_000);
  shelf.put(web, stored('5'));
  expect(shelf.get(web)?.resourceVersion).toBe('5');
});

test('the answer for an object that is gone, was made anew or has changed since is nothing', () => {
  const shelf = createStatusShelf(createFakeClock());
  shelf.answered(web, proxy('12'));
  expect(shelf.get(web)).toBeNull();
  shelf.put(web, { ...stored('13'), uid: 'u2' });
  shelf.answered(web, proxy('12'));
  expect(shelf.get(web)?.uid).toBe('u2');
  shelf.put(web, stored('20'));
  shelf.answered(web, proxy('19', { currentStatus: 'valid' }));
  expect(shelf.get(web)?.resourceVersion).toBe('20');
  shelf.answered(web, 'nonsense');
  expect(shelf.get(web)?.resourceVersion).toBe('20');
});
