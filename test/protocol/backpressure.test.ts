import { expect, test } from 'vitest';
import { createEnvoyState } from '../../xds/snapshot/envoy-state.ts';
import { reduce } from '../../xds/snapshot/reduce.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { createSnapshot } from '../../xds/snapshot/snapshot.ts';
import { createStage, inWorld } from './fake-envoy.ts';
import { listener, numbered, remove, scope, smallWorld, upsert } from './resources.ts';

test('a stream that takes no more is owed names, not messages, and gets the newest of each', () => {
  const stage = createStage();
  stage.publish(upsert(listener('http'), scope('a'), scope('b')));
  const envoy = stage.envoy();
  envoy.start();
  envoy.settle();
  envoy.setReading(false);
  const before = envoy.log.length;
  for (let push = 0; push < 1_000; push += 1) stage.publish(upsert(scope('a', [], `v${push}`)));
  stage.publish(remove(scope('b')));
  expect(envoy.log).toHaveLength(before);
  const [subscription] = envoy.state.subscriptions.get(typeUrl.scopedRoute) ?? [];
  expect(subscription?.changed.size).toBe(2);
  expect(subscription?.flights.size).toBe(0);
  envoy.setReading(true);
  expect(envoy.log).toHaveLength(before + 2);
  envoy.settle();
  expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a@v999:']);
});

test('a client that reads and never answers is sent a bounded number of responses, then the newest', () => {
  const stage = createStage();
  stage.publish(upsert(listener('http'), scope('a')));
  const envoy = stage.envoy();
  envoy.start();
  envoy.settle();
  for (let push = 0; push < 1_000; push += 1) stage.publish(upsert(scope('a', [], `v${push}`)));
  expect(envoy.unanswered()).toHaveLength(128);
  envoy.settle();
  expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a@v999:']);
  expect(envoy.log.length).toBeLessThan(140);
});

test('one blocked stream holds up no other stream of the same Envoy', () => {
  const stage = createStage();
  stage.publish(upsert(...smallWorld));
  const envoy = stage.envoy({ aggregated: false });
  envoy.start();
  envoy.settle();
  envoy.event({ type: 'blocked', at: stage.now(), stream: 1 });
  stage.publish(upsert(listener('http', 'v2')));
  expect(envoy.unanswered(typeUrl.listener)).toHaveLength(1);
});

test('a first sync comes in batches: the next when the stream takes more', () => {
  const world = createSnapshot();
  world.apply(upsert(...numbered(5_000, (name) => scope(name))));
  const state = createEnvoyState(world);
  reduce(state, { type: 'opened', at: 0, stream: 1, mode: 'delta' });
  const request = {
    mode: 'delta',
    type: typeUrl.scopedRoute,
    subscribe: [],
    unsubscribe: [],
    initialVersions: new Map(),
    nonce: '',
    error: null,
  } as const;
  const batches = [reduce(state, { type: 'request', at: 0, stream: 1, request }).length];
  expect(reduce(state, { type: 'tick', at: 1 })).toEqual([]);
  while (batches.at(-1) !== 0) batches.push(reduce(state, { type: 'writable', at: 1, stream: 1 }).length);
  expect(batches).toEqual([16, 16, 16, 2, 0]);
});

test('publishing costs what it moves, not what an Envoy holds', () => {
  const stage = createStage();
  stage.publish(upsert(listener('http'), ...numbered(50_000, (name) => scope(name))));
  const envoy = stage.envoy();
  envoy.start();
  envoy.settle();
  // Counts what the reducer reads of the world: two names for two edits.
  let reads = 0;
  const { get } = stage.world;
  Object.assign(stage.world, {
    get: (...args: Parameters<typeof get>) => {
      reads += 1;
      return get(...args);
    },
  });
  stage.publish(upsert(scope('n0000', [], 'v2'), scope('n0001', [], 'v2')));
  envoy.settle();
  expect(reads).toBeLessThan(10);
  Object.assign(stage.world, { get });
  expect(envoy.runs(typeUrl.scopedRoute)).toEqual(inWorld(stage.world, typeUrl.scopedRoute));
});
