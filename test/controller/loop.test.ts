import { expect, test } from 'vitest';
import { createLoop, type Loop, type Published } from '../../controller/loop.ts';
import type { Dialect } from '../../xds/snapshot/resource.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import type { HostGraph, HostName } from '../../routing/graph/graph.ts';
import { deletion, fakeCompiler, fakeWorld, noChange, resource } from './fakes.ts';

const whole = { upserts: [resource(typeUrl.listener, 'http', 'v1')], removals: [] };

function setUp(spend?: () => void) {
  const compiler = fakeCompiler(spend);
  const [drafted, told]: [Dialect[], Dialect[]] = [[], []];
  const worlds = new Map<Dialect, ReturnType<typeof fakeWorld>>();
  const loop: Loop = createLoop({
    compiler,
    createWorld(dialect) {
      const world = fakeWorld(whole);
      worlds.set(dialect, world);
      return world;
    },
    xds: { draft: (dialect) => drafted.push(dialect), publish: (dialect) => told.push(dialect) },
    now: () => performance.now(),
  });
  return { compiler, worlds, drafted, told, loop };
}

test('what arrives in one turn is one batch, in order', async () => {
  const { compiler, loop } = setUp();
  const sink = loop.addSource();
  sink([deletion('a')], 1);
  sink([deletion('b'), deletion('c')], 2);
  await loop.idle();
  expect(compiler.batches).toEqual([[deletion('a'), deletion('b'), deletion('c')]]);
});

test('nothing is compiled or published before every source has delivered', async () => {
  const { compiler, told, loop } = setUp();
  const [first, second] = [loop.addSource(), loop.addSource()];
  first([deletion('a')], 1);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect({ batches: compiler.batches, told, published: loop.published }).toEqual({
    batches: [],
    told: [],
    published: false,
  });
  second([], 1);
  await loop.idle();
  expect({ batches: compiler.batches.length, told, published: loop.published }).toEqual({
    batches: 1,
    told: ['ads-delta'],
    published: true,
  });
});

test('what is there of a first world is drafted, and the rest told with the whole of it', async () => {
  const { compiler, worlds, drafted, told, loop } = setUp();
  const sink = loop.addSource();
  const seen: Published[] = [];
  loop.onPublished((published) => seen.push(published));
  compiler.hosts.set('a.example.com' as HostName, {} as HostGraph);
  loop.draft([deletion('a')]);
  expect({
    batches: compiler.batches,
    prepared: worlds.get('ads-delta')?.prepared,
    drafted,
    told,
    published: loop.published,
  }).toEqual({
    batches: [[deletion('a')]],
    prepared: [noChange],
    drafted: ['ads-delta'],
    told: [],
    published: false,
  });
  sink([deletion('b')], 1);
  await loop.idle();
  expect(told).toEqual(['ads-delta']);
  expect(seen.map(({ change }) => [...change.hosts])).toEqual([['a.example.com']]);
  loop.stop();
  loop.draft([deletion('c')]);
  expect(compiler.batches).toEqual([[deletion('a')], [deletion('b')]]);
});

test('an empty first world is published; an empty batch later is none', async () => {
  const { compiler, told, loop } = setUp();
  const sink = loop.addSource();
  sink([], 1);
  await loop.idle();
  sink([], 2);
  await loop.idle();
  expect({ told, batches: compiler.batches.length }).toEqual({ told: ['ads-delta'], batches: 1 });
});

test('a dialect that is asked for later gets the whole world at once, and only once', async () => {
  const { told, loop } = setUp();
  const sink = loop.addSource();
  loop.demand('sotw');
  expect(told).toEqual([]);
  sink([], 1);
  await loop.idle();
  expect(told).toEqual(['ads-delta', 'sotw']);
  loop.demand('delta');
  loop.demand('delta');
  expect(told).toEqual(['ads-delta', 'sotw', 'delta']);
  expect(loop.served('delta')?.snapshot.get(typeUrl.listener, 'http')?.version).toBe('v1');
  expect(loop.served('ads-sotw')).toBeNull();
});

test('listeners learn what was told, since when, and how long it took', async () => {
  const { loop } = setUp();
  const seen: Published[] = [];
  const stop = loop.onPublished((published) => seen.push(published));
  const sink = loop.addSource();
  sink([deletion('a')], 7);
  sink([deletion('b')], 5);
  await loop.idle();
  stop();
  sink([deletion('c')], 8);
  await loop.idle();
  expect(seen).toHaveLength(1);
  expect(seen[0]?.at).toBe(5);
  expect(seen[0]?.worlds.get('ads-delta')).toBe(whole);
  expect(seen[0]?.compileMs).toBeGreaterThanOrEqual(0);
});

test('a storm of slow compiles leaves half of the time to others', async () => {
  const spend = (): void => {
    const until = performance.now() + 20;
    while (performance.now() < until);
  };
  const { compiler, loop } = setUp(spend);
  const sink = loop.addSource();
  let others = 0;
  await new Promise<void>((done) => {
    const tick = (): void => {
      others += 1;
      sink([deletion(`n${others}`)], 0);
      if (compiler.batches.length < 5) setImmediate(tick);
      else done();
    };
    tick();
  });
  // Without the pause every turn of the event loop would end in a compile: as many compiles as ticks.
  expect(others).toBeGreaterThan(compiler.batches.length * 10);
  await loop.idle();
  expect(compiler.batches.flat()).toHaveLength(others);
});

test('nothing is compiled after stop, and idle does not hang', async () => {
  const { compiler, loop } = setUp();
  const sink = loop.addSource();
  sink([deletion('a')], 1);
  loop.stop();
  sink([deletion('b')], 1);
  await loop.idle();
  expect(compiler.batches).toEqual([]);
});
