import { describe, expect, test } from 'vitest';
import { acceptedVersion, typeReports } from '../../xds/snapshot/report.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { createStage, inWorld, sentNames } from './fake-envoy.ts';
import { cluster, endpoints, listener, numbered, remove, scope, upsert } from './resources.ts';

const hosts = numbered(250, (name) => scope(name));
const isBad = (name: string) => name === 'n0042' || name === 'n0199';

describe('first sync', () => {
  test('goes in chunks of a hundred', () => {
    const stage = createStage();
    stage.publish(upsert(listener('http'), ...hosts));
    const envoy = stage.envoy();
    envoy.start();
    envoy.settle();
    const sizes = envoy.log.filter((send) => send.type === typeUrl.scopedRoute).map((send) => send.resources.length);
    expect(sizes).toEqual([100, 100, 50]);
  });

  test('chunks are bounded in bytes, too', () => {
    const stage = createStage();
    const large = numbered(4, (name) => ({ ...scope(name), bytes: new Uint8Array(600 * 1024) }));
    stage.publish(upsert(...large));
    const envoy = stage.envoy();
    envoy.send({ type: typeUrl.scopedRoute });
    expect(envoy.log.map((send) => send.resources.length)).toEqual([2, 2]);
  });

  test('goes in chunks as well where the first world comes after the client', () => {
    const stage = createStage();
    const envoy = stage.envoy();
    envoy.start();
    envoy.send({ type: typeUrl.scopedRoute });
    expect(envoy.log).toEqual([]);
    stage.publish(upsert(listener('http'), ...hosts));
    const sizes = envoy.log.filter((send) => send.type === typeUrl.scopedRoute).map((send) => send.resources.length);
    expect(sizes).toEqual([100, 100, 50]);
  });

  test('a refused chunk is sent again one by one, and only the bad ones stay out', () => {
    const stage = createStage();
    stage.publish(upsert(listener('http'), ...hosts));
    const envoy = stage.envoy();
    envoy.start();
    envoy.settle((resource) => isBad(resource.name));
    expect(envoy.runs(typeUrl.scopedRoute)).toHaveLength(248);
    const report = typeReports(envoy.state).find(({ type }) => type === typeUrl.scopedRoute);
    expect(report?.nacks.map(({ name }) => name)).toEqual(['n0042', 'n0199']);
    expect(report).toMatchObject({ subscribed: '*', accepted: 248, pending: 0 });
    const times = envoy.log.filter((send) => sentNames([send]).includes('n0199'));
    expect(times).toHaveLength(2);
    expect(envoy.state.complete).toBe(true);
  });

  test('an Envoy with nothing to get hears so, and is complete', () => {
    const stage = createStage();
    stage.publish(upsert());
    const envoy = stage.envoy();
    envoy.start();
    expect(envoy.log).toHaveLength(2);
    envoy.settle();
    expect(envoy.state.complete).toBe(true);
  });

  test('an Envoy is complete when it has answered everything, routes included, and not before', () => {
    const stage = createStage();
    stage.publish(upsert(cluster('a'), endpoints('a'), listener('http'), scope('h', ['a'])));
    const envoy = stage.envoy();
    envoy.start();
    for (let steps = 0; envoy.unanswered().length > 0; steps += 1) {
      expect(envoy.state.complete, `after ${steps} answers`).toBe(false);
      const [next] = envoy.unanswered();
      if (next !== undefined) envoy.accept(next);
    }
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['h@v1:a']);
    expect(envoy.state.complete).toBe(true);
  });
});

test('an Envoy whose route stream is yet to come is not complete', () => {
  const stage = createStage();
  stage.publish(upsert(cluster('a'), endpoints('a'), listener('http'), scope('h', ['a'])));
  const envoy = stage.envoy({ aggregated: false });
  // Nothing leads this client from the listener to its scopes by itself.
  envoy.send({ type: typeUrl.listener, subscribe: ['elsewhere'] });
  envoy.send({ type: typeUrl.cluster });
  envoy.settle();
  expect(envoy.state.complete).toBe(false);
  envoy.send({ type: typeUrl.scopedRoute });
  envoy.settle();
  expect(envoy.state.complete).toBe(true);
});

describe('refused', () => {
  const setUp = (mode: 'delta' | 'sotw') => {
    const stage = createStage();
    stage.publish(upsert(listener('http'), scope('a'), scope('b')));
    const envoy = stage.envoy({ mode });
    envoy.start();
    envoy.settle();
    return { stage, envoy };
  };

  test('each changed host travels alone, so that one refusal costs no other host', () => {
    const { stage, envoy } = setUp('delta');
    stage.publish(upsert(scope('a', [], 'v2'), scope('b', [], 'v2'), scope('c')));
    const sends = envoy.unanswered(typeUrl.scopedRoute);
    expect(sends.map((send) => sentNames([send]))).toEqual([['a'], ['b'], ['c']]);
    envoy.settle((resource) => resource.name === 'b');
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a@v2:', 'b@v1:', 'c@v1:']);
  });

  test.each(['delta', 'sotw'] as const)(
    'it is known when a type was acknowledged last; refusing is no such (%s)',
    (mode) => {
      const { stage, envoy } = setUp(mode);
      const ackedAt = () => new Map(typeReports(envoy.state).map((report) => [report.type, report.ackedAt]));
      const start = stage.now();
      const first = new Map([typeUrl.cluster, typeUrl.listener, typeUrl.scopedRoute].map((type) => [type, start]));
      expect(ackedAt()).toEqual(first);
      stage.pass(1_000);
      stage.publish(upsert(scope('a', [], 'bad')));
      envoy.settle((resource) => resource.version === 'bad:');
      expect(ackedAt()).toEqual(first);
      stage.pass(1_000);
      stage.publish(upsert(scope('b', [], 'v2')));
      expect(ackedAt()).toEqual(first);
      envoy.settle((resource) => resource.version === 'bad:');
      expect(ackedAt()).toEqual(new Map(first).set(typeUrl.scopedRoute, start + 2_000));
      // Also of one that has come back and was told nothing new.
      if (mode === 'delta') envoy.reconnect();
      expect(ackedAt().get(typeUrl.scopedRoute)).toBe(start + 2_000);
    },
  );

  test.each(['delta', 'sotw'] as const)('a refused version is not sent again until it changes (%s)', (mode) => {
    const { stage, envoy } = setUp(mode);
    stage.publish(upsert(scope('a', [], 'bad')));
    envoy.settle((resource) => resource.version === 'bad:');
    const before = envoy.log.length;
    for (let pushes = 0; pushes < 5; pushes += 1) {
      stage.publish(upsert(scope('a', [], 'bad')));
      stage.pass(10_000);
    }
    expect(envoy.log).toHaveLength(before);
    stage.publish(upsert(scope('b', [], `v2`)));
    envoy.settle((resource) => resource.version === 'bad:');
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a@v1:', 'b@v2:']);
    stage.publish(upsert(scope('a', [], 'good')));
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a@good:', 'b@v2:']);
    expect(acceptedVersion(envoy.state, typeUrl.scopedRoute, 'a')).toBe('good:');
  });

  test('a return to the version that the Envoy still runs needs no response', () => {
    const { stage, envoy } = setUp('delta');
    stage.publish(upsert(scope('a', [], 'bad')));
    envoy.settle((resource) => resource.version === 'bad:');
    const before = envoy.log.length;
    stage.publish(upsert(scope('a')));
    expect(envoy.log).toHaveLength(before);
    expect(acceptedVersion(envoy.state, typeUrl.scopedRoute, 'a')).toBe('v1:');
  });

  test('a refused resource that leaves the world leaves no trace', () => {
    const { stage, envoy } = setUp('delta');
    stage.publish(upsert(scope('bad')));
    envoy.settle((resource) => resource.name === 'bad');
    stage.publish(remove(scope('bad')));
    envoy.settle();
    const report = typeReports(envoy.state).find(({ type }) => type === typeUrl.scopedRoute);
    expect(report).toMatchObject({ nacks: [], sent: 2, accepted: 2 });
  });

  test('a late refusal of an old version does not stop the new one', () => {
    const { stage, envoy } = setUp('delta');
    stage.publish(upsert(scope('a', [], 'bad')));
    stage.publish(upsert(scope('a', [], 'good')));
    envoy.settle((resource) => resource.version === 'bad:');
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a@good:', 'b@v1:']);
  });

  test.each(['delta', 'sotw'] as const)('among 1,000 clusters three bad ones are found (%s)', (mode) => {
    const stage = createStage();
    const bad = new Set(['n0000', 'n0500', 'n0999']);
    const clusters = numbered(1_000, (name) => cluster(name));
    stage.publish(upsert(...clusters, ...clusters.map(({ name }) => endpoints(name)), listener('http')));
    const envoy = stage.envoy({ mode });
    envoy.start();
    envoy.settle((resource) => resource.type === typeUrl.cluster && bad.has(resource.name));
    expect(envoy.runs(typeUrl.cluster)).toHaveLength(997);
    const report = typeReports(envoy.state).find(({ type }) => type === typeUrl.cluster);
    expect(report?.nacks.map(({ name }) => name).toSorted()).toEqual([...bad]);
    const responses = envoy.log.filter((send) => send.type === typeUrl.cluster).length;
    expect(responses).toBeLessThan(mode === 'sotw' ? 100 : 320);
    stage.publish(upsert(...[...bad].map((name) => cluster(name, 'v2'))));
    envoy.settle();
    expect(envoy.runs(typeUrl.cluster)).toEqual(inWorld(stage.world, typeUrl.cluster));
  });

  test('state of the world: while a bad cluster is looked for, one response is under way at a time', () => {
    const stage = createStage();
    const clusters = numbered(8, (name) => cluster(name));
    stage.publish(upsert(...clusters));
    const envoy = stage.envoy({ mode: 'sotw' });
    envoy.start();
    const refuseClusters = () => envoy.unanswered(typeUrl.cluster).forEach((send) => envoy.refuse(send));
    refuseClusters();
    stage.publish(upsert(cluster('late')));
    stage.publish(remove(cluster('n0000')));
    expect(envoy.unanswered(typeUrl.cluster).map((send) => send.resources.length)).toEqual([4]);
    refuseClusters();
    expect(envoy.unanswered(typeUrl.cluster).map((send) => send.resources.length)).toEqual([2]);
    envoy.settle();
    expect(envoy.runs(typeUrl.cluster)).toEqual(inWorld(stage.world, typeUrl.cluster));
  });

  test('state of the world: of types that are sent in parts, one response is under way at a time', () => {
    const stage = createStage();
    stage.publish(upsert(endpoints('a'), endpoints('b')));
    const envoy = stage.envoy({ mode: 'sotw' });
    envoy.send({ type: typeUrl.endpoints, subscribe: ['a', 'b'] });
    stage.publish(upsert(endpoints('a', 'v2')));
    stage.publish(upsert(endpoints('a', 'v3'), endpoints('b', 'v3')));
    expect(envoy.unanswered()).toHaveLength(1);
    envoy.settle();
    expect(envoy.runs(typeUrl.endpoints)).toEqual(['a@v3', 'b@v3']);
    expect(envoy.log).toHaveLength(2);
  });

  test('state of the world: what else changed with a bad cluster arrives, removals included', () => {
    const stage = createStage();
    stage.publish(upsert(cluster('a'), cluster('b'), cluster('c')));
    const envoy = stage.envoy({ mode: 'sotw' });
    envoy.start();
    envoy.settle();
    const change = { upserts: [cluster('a', 'bad')], removals: [{ type: typeUrl.cluster, name: 'c' }] };
    stage.publish(change);
    envoy.settle((resource) => resource.version === 'bad');
    expect(envoy.runs(typeUrl.cluster)).toEqual(['a@v1', 'b@v1']);
  });
});
