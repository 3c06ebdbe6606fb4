import { expect, test } from 'vitest';
import type { Log } from '../../controller/log.ts';
import { createStatusWriter, defaultRate } from '../../controller/status/writer.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { resources } from '../../kubernetes/resources.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';
import { fakeStatuses, type FakeStatusesOptions } from './fake-statuses.ts';

const keyOf = (name: string, kind = 'HTTPProxy', namespace = 'shop') => `${kind}/${namespace}/${name}` as RefKey;
const web = keyOf('web');

/** A writer that wants each status to say `{ says }`, as `wanted` has it. */
function desk(options: Omit<FakeStatusesOptions, 'clock'> & { readonly random?: () => number } = {}) {
  const clock = createFakeClock(options.random);
  const server = fakeStatuses({ clock, ...options });
  const wanted = new Map<RefKey, string>();
  const lines: string[] = [];
  const log: Log = (_level, message) => void lines.push(message);
  let leading = true;
  let plans = 0;
  const writer = createStatusWriter({
    client: server.client,
    clock,
    stored: server.stored,
    answered: server.answered,
    mayWrite: () => leading,
    log,
    rate: defaultRate,
    plan(key) {
      plans += 1;
      const [kind, namespace = '', name = ''] = key.split('/');
      const says = wanted.get(key);
      const stored = server.stored(key);
      if (stored === null || says === undefined) return null;
      if ((JSON.parse(stored.text) as { says?: string }).says === says) return null;
      const resource = kind === 'Ingress' ? resources.Ingress : resources.HTTPProxy;
      return { resource, namespace, name, patch: { status: { says, extra: 'ours' } } };
    },
  });
  server.onChange((key) => writer.offer([key]));
  return {
    clock,
    server,
    writer,
    wanted,
    lines,
    plans: () => plans,
    depose: () => void (leading = false),
    async have(...keys: readonly RefKey[]) {
      for (const key of keys) server.put(key, {});
      await clock.advance(1_000);
    },
    async want(says: string, ...keys: readonly RefKey[]) {
      for (const key of keys) wanted.set(key, says);
      writer.offer(keys);
      await settle();
    },
    says: (key: RefKey) => (server.status(key) as { says?: string } | null)?.says,
  };
}

const many = (count: number): readonly RefKey[] => Array.from({ length: count }, (_, index) => keyOf(`many-${index}`));

test('ten edits are one write, over the version that was read', async () => {
  const { clock, server, writer, have, want, says } = desk();
  writer.start();
  await have(web);
  for (let edit = 0; edit < 10; edit += 1) {
    await want(`edit ${edit}`, web);
    await clock.advance(5);
  }
  await clock.advance(200);
  expect(says(web)).toBe('edit 9');
  expect(server.attempts).toEqual([
    {
      key: web,
      at: expect.any(Number) as unknown,
      body: { metadata: { resourceVersion: '1' }, status: { says: 'edit 9', extra: 'ours' } },
    },
  ]);
  expect(writer.counts.get('HTTPProxy')).toMatchObject({ total: 1, success: 1, failed: 0, conflict: 0 });
  await writer.idle();
});

test('nothing is written before it starts or after it stops, and what waited is dropped', async () => {
  const { clock, server, writer, have, want } = desk();
  await have(web);
  await want('early', web);
  await clock.advance(1_000);
  writer.start();
  await clock.advance(1_000);
  await want('late', web);
  writer.stop();
  await clock.advance(1_000);
  await writer.idle();
  writer.start();
  await clock.advance(1_000);
  expect(server.attempts).toEqual([]);
});

test('who leads no more writes nothing more, though nobody has said so yet', async () => {
  const { clock, server, writer, have, want, depose } = desk();
  writer.start();
  await have(...many(100));
  await want('new', ...many(100));
  await clock.advance(150);
  const before = server.attempts.length;
  expect(before).toBeGreaterThan(0);
  depose();
  await clock.advance(60_000);
  expect(server.attempts.length).toBe(before);
  await writer.idle();
});

test('10,000 statuses take no longer than their rate says, a few at a time', async () => {
  let [underWay, most] = [0, 0];
  const { clock, server, writer, wanted, have } = desk({ fate: () => ({ type: 'slow', ms: 10 }) });
  const inner = server.client.write.bind(server.client);
  server.client.write = async (path, options) => {
    underWay += 1;
    most = Math.max(most, underWay);
    return inner(path, options).finally(() => (underWay -= 1));
  };
  writer.start();
  const keys = many(10_000);
  await have(...keys);
  for (const key of keys) wanted.set(key, 'new');
  const from = clock.now();
  writer.offer(keys);
  await clock.advance(30_000);
  await writer.idle();
  expect(server.attempts.length).toBe(10_000);
  const last = server.attempts.at(-1)?.at ?? 0;
  expect((last - from) / 1000).toBeGreaterThan(10_000 / defaultRate.perSecond - 1);
  expect(most).toBeLessThanOrEqual(defaultRate.atOnce);
}, 60_000);

test('who edits while everything is written does not wait for it', async () => {
  const { clock, server, writer, wanted, have, want } = desk({ fate: () => ({ type: 'slow', ms: 10 }) });
  writer.start();
  const keys = [...many(5_000), web];
  await have(...keys);
  for (const key of keys) wanted.set(key, 'new');
  writer.offerAll(keys);
  await clock.advance(1_000);
  // It is among those that wait already.
  const before = server.attempts.length;
  await want('edited', web);
  await clock.advance(1_000);
  const place = server.attempts.findIndex(({ key }) => key === web) - before;
  expect(place).toBeGreaterThan(0);
  // Those of the time that an edit is given to be followed by another, and those under way.
  expect(place).toBeLessThan((defaultRate.perSecond * defaultRate.settleMs) / 1_000 + 2 * defaultRate.atOnce);
  await clock.advance(30_000);
  await writer.idle();
  expect(server.attempts).toHaveLength(keys.length);
}, 60_000);

test('10,000 objects that are right are written to never, however often they are offered', async () => {
  const { clock, server, writer, wanted, have, plans } = desk();
  writer.start();
  const keys = many(10_000);
  for (const key of keys) wanted.set(key, 'right');
  for (const key of keys) server.put(key, { says: 'right' });
  await have();
  for (let minute = 0; minute < 10; minute += 1) {
    writer.offer(keys);
    await clock.advance(60_000);
  }
  expect(plans()).toBeGreaterThanOrEqual(100_000);
  expect(server.attempts).toEqual([]);
}, 60_000);

test('what another wrote meanwhile is planned anew, as soon as the watch tells', async () => {
  const { clock, server, writer, have, want, says } = desk({ watchMs: 300 });
  writer.start();
  await have(web);
  server.put(web, { theirs: 1 });
  await want('new', web);
  await clock.advance(250);
  expect(writer.counts.get('HTTPProxy')).toMatchObject({ conflict: 1, success: 0 });
  await clock.advance(300);
  expect(says(web)).toBe('new');
  expect(server.status(web)).toMatchObject({ theirs: 1 });
  expect(server.attempts.length).toBe(2);
});

test('a 404 is no failure that is tried again', async () => {
  const { clock, server, writer, have, want } = desk({ fate: () => new ApiError(404, 'NotFound', 'gone') });
  writer.start();
  await have(web);
  await want('new', web);
  await clock.advance(300_000);
  await writer.idle();
  expect(server.attempts.length).toBe(1);
});

test('429 holds all writes for as long as it asks', async () => {
  const { clock, server, writer, have, want, says } = desk({
    fate: (_key, attempt) => (attempt === 0 ? new ApiError(429, 'TooManyRequests', 'slow down', 7_000) : 'done'),
  });
  writer.start();
  await have(web, ...many(50));
  await want('new', web);
  await clock.advance(150);
  await want('new', ...many(50));
  await clock.advance(6_500);
  expect(server.attempts.length).toBe(1);
  await clock.advance(2_000);
  expect([says(web), ...many(50).map(says)]).toEqual(Array.from({ length: 51 }, () => 'new'));
});

test('failures are tried again less and less often, each object by itself', async () => {
  const { clock, server, writer, have, want, says } = desk({
    fate: (key) => (key === web ? new ApiError(500, '', 'oops') : 'done'),
  });
  writer.start();
  await have(web, keyOf('other'));
  await want('new', web);
  await clock.advance(120_000);
  const times = server.attempts.map(({ at }) => at);
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(pauses.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(30_000);
  await want('new', keyOf('other'));
  // An edit is no reason to hurry.
  await want('newer', web);
  await clock.advance(200);
  expect(says(keyOf('other'))).toBe('new');
  expect(server.attempts.length).toBe(times.length + 1);
});

test('a server that answers nothing at all is asked seldom, whatever waits', async () => {
  let down = true;
  const { clock, server, writer, have, want, says } = desk({
    fate: () => (down ? { type: 'stall', ms: 1_000 } : 'done'),
  });
  writer.start();
  await have(...many(1_000));
  await want('new', ...many(1_000));
  await clock.advance(120_000);
  expect(server.attempts.length).toBeLessThan(200);
  down = false;
  await clock.advance(60_000);
  expect(many(1_000).every((key) => says(key) === 'new')).toBe(true);
});

test('statuses come right through 30 % of 429, 10 % of 500 and 5 % of silence', async () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const { clock, server, writer, have, want, says } = desk({
    random,
    fate() {
      const chance = random();
      if (chance < 0.3) return new ApiError(429, 'TooManyRequests', 'slow down', 1_000);
      if (chance < 0.4) return new ApiError(500, '', 'oops');
      return chance < 0.45 ? { type: 'stall', ms: 60_000 } : 'done';
    },
  });
  writer.start();
  await have(...many(200));
  await want('new', ...many(200));
  await clock.advance(600_000);
  await writer.idle();
  expect(many(200).filter((key) => says(key) !== 'new')).toEqual([]);
  expect(server.attempts.length).toBeLessThan(200 / 0.55 + 100);
});

test('a right that is missing is said once, tried seldom, and holds up nobody else', async () => {
  let denied = true;
  const refusal = new ApiError(403, 'Forbidden', 'x is forbidden: User "u" cannot patch resource "ingresses/status"');
  const { clock, server, writer, lines, have, want, says } = desk({
    fate: (key) => (denied && key.startsWith('Ingress/') ? refusal : 'done'),
  });
  const ingresses = Array.from({ length: 100 }, (_, index) => keyOf(`i-${index}`, 'Ingress'));
  writer.start();
  await have(web, ...ingresses);
  await want('new', ...ingresses, web);
  await clock.advance(59_000);
  expect(says(web)).toBe('new');
  expect(server.attempts.filter(({ key }) => key !== web).length).toBeLessThanOrEqual(defaultRate.atOnce);
  await clock.advance(600_000);
  expect(lines).toEqual([expect.stringMatching(/^the right to patch ingresses\/status is missing.*cannot patch/)]);
  expect(server.attempts.length).toBeLessThanOrEqual(1 + 11 * defaultRate.atOnce);
  denied = false;
  await clock.advance(240_000);
  expect(ingresses.every((key) => says(key) === 'new')).toBe(true);
  expect(lines[1]).toBe('ingresses/status can be written again');
});

test('a right that an API server does not know of for a moment, because it has just started, costs seconds', async () => {
  const refusal = new ApiError(403, 'Forbidden', 'x is forbidden: User "u" cannot patch resource "httpproxies/status"');
  let denied = true;
  const { clock, writer, have, want, says } = desk({ fate: () => (denied ? refusal : 'done') });
  writer.start();
  await have(...many(20));
  await want('new', ...many(20));
  await clock.advance(1_000);
  denied = false;
  await clock.advance(10_000);
  expect(many(20).filter((key) => says(key) !== 'new')).toEqual([]);
});

test('what admission refuses of one object holds up no other', async () => {
  const { clock, server, writer, have, want, says } = desk({
    fate: (key) => (key === web ? new ApiError(403, 'Forbidden', 'admission webhook "no" denied the request') : 'done'),
  });
  writer.start();
  await have(web, keyOf('other'));
  await want('new', web, keyOf('other'));
  await clock.advance(59_000);
  expect(says(keyOf('other'))).toBe('new');
  expect(server.attempts.filter(({ key }) => key === web).length).toBe(1);
});

test('a field that the stored CRD prunes is not written again', async () => {
  const { clock, server, writer, have, want } = desk({ prunes: ['says'] });
  writer.start();
  await have(web);
  await want('unknown', web);
  for (let round = 0; round < 20; round += 1) {
    writer.offer([web]);
    await clock.advance(10_000);
  }
  expect(server.attempts.length).toBe(1);
});

test('two writers fight over 500 objects: right in the end, at most three writes for each change', async () => {
  const { clock, server, writer, wanted, have, says } = desk();
  const keys = many(500);
  for (const key of keys) wanted.set(key, 'ours');
  writer.start();
  await have(...keys);
  const before = server.attempts.length;
  const theirs = 2_000;
  for (let change = 0; change < theirs; change += 1) {
    server.put(keys[change % 500] as RefKey, { says: 'theirs', change });
    await clock.advance(50);
  }
  await clock.advance(5_000);
  expect(keys.filter((key) => says(key) !== 'ours')).toEqual([]);
  expect(server.attempts.length - before).toBeLessThanOrEqual(3 * theirs);
}, 60_000);

test('one that somebody else keeps overwriting is written seldom, and is right 5 s after they stop', async () => {
  const { clock, server, writer, wanted, have, says } = desk();
  wanted.set(web, 'ours');
  writer.start();
  await have(web);
  for (let change = 0; change < 1_200; change += 1) {
    server.put(web, { says: 'theirs', change });
    await clock.advance(50);
  }
  expect(server.attempts.length).toBeLessThan(60);
  await clock.advance(5_000);
  expect(says(web)).toBe('ours');
});

test('one that somebody slow keeps overwriting is written seldom, too', async () => {
  const { clock, server, writer, wanted, have } = desk();
  wanted.set(web, 'ours');
  writer.start();
  await have(web);
  for (let change = 0; change < 200; change += 1) {
    server.put(web, { says: 'theirs', change });
    await clock.advance(700);
  }
  const times = server.attempts.map(({ at }) => at);
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.min(...pauses.slice(4))).toBeGreaterThanOrEqual(4_000);
});

test('one that is written over before its answer comes is written again', async () => {
  const { clock, server, writer, wanted, says } = desk({ fate: () => ({ type: 'told late', ms: 300 }) });
  wanted.set(web, 'ours');
  writer.start();
  server.put(web, { says: 'theirs' });
  await clock.advance(200);
  expect(says(web)).toBe('ours');
  server.put(web, { says: 'theirs' });
  await clock.advance(5_000);
  expect(says(web)).toBe('ours');
  expect(server.attempts.length).toBe(2);
});

test('edits that follow one another are no fight: each is told of at once', async () => {
  const { clock, server, writer, have, want } = desk();
  writer.start();
  await have(web);
  for (let edit = 0; edit < 20; edit += 1) {
    await want(`edit ${edit}`, web);
    await clock.advance(700);
  }
  expect(server.attempts.length).toBe(20);
});
