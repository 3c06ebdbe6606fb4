import { describe, expect, test } from 'vitest';
import { type Resource, typeUrl } from '../../xds/snapshot/resource.ts';
import { createStage, removedNames, sentNames, type FakeEnvoy, type FakeEnvoyOptions } from './fake-envoy.ts';
import { both, cluster, endpoints, listener, numbered, remove, route, scope, smallWorld, upsert } from './resources.ts';

const host = 'blog.example.com';
const toShop = [cluster('shop'), endpoints('shop'), scope(host, ['shop'])];

const setUp = (options?: FakeEnvoyOptions) => {
  const stage = createStage();
  stage.publish(upsert(...smallWorld));
  const start = (): FakeEnvoy => {
    const envoy = stage.envoy(options);
    envoy.start();
    envoy.settle();
    return envoy;
  };
  return { stage, start };
};

/** Answers everything but clusters. */
const settleButClusters = (envoy: FakeEnvoy): void => {
  for (;;) {
    const next = envoy.unanswered().find((send) => send.type !== typeUrl.cluster);
    if (next === undefined) return;
    envoy.accept(next);
  }
};

const acceptClusters = (envoy: FakeEnvoy): void => {
  for (const send of envoy.unanswered(typeUrl.cluster)) envoy.accept(send);
};

const variants: readonly (readonly [string, FakeEnvoyOptions])[] = [
  ['one delta stream', {}],
  ['a delta stream per type', { aggregated: false }],
  ['one state-of-the-world stream', { mode: 'sotw' }],
  ['a state-of-the-world stream per type', { mode: 'sotw', aggregated: false }],
];

describe.each(variants)('make before break over %s', (_name, options) => {
  test('a route is withheld from the one Envoy that has not accepted its cluster, from no other', () => {
    const { stage, start } = setUp(options);
    const [slow, quick] = [start(), start()];
    stage.publish(upsert(...toShop));
    quick.settle();
    settleButClusters(slow);
    expect(quick.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:shop`]);
    expect(slow.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:blog`]);
    expect(sentNames(slow.unanswered(typeUrl.scopedRoute))).toEqual([]);
    acceptClusters(slow);
    slow.settle();
    expect(slow.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:shop`]);
    expect([...slow.faults, ...quick.faults]).toEqual([]);
  });

  test('a cluster stays until the Envoy has accepted routes that no longer name it', () => {
    const { stage, start } = setUp(options);
    const envoy = start();
    stage.publish(both(toShop, [cluster('blog'), endpoints('blog')]));
    acceptClusters(envoy);
    for (const send of envoy.unanswered(typeUrl.endpoints)) envoy.accept(send);
    expect(envoy.runs(typeUrl.cluster)).toEqual(['blog@v1', 'shop@v1']);
    const [route] = envoy.unanswered(typeUrl.scopedRoute);
    expect(envoy.unanswered(typeUrl.cluster)).toEqual([]);
    if (route !== undefined) envoy.accept(route);
    envoy.settle();
    expect(envoy.runs(typeUrl.cluster)).toEqual(['shop@v1']);
    expect(envoy.faults).toEqual([]);
  });

  test('a cluster whose replacing route is refused stays for as long as the old route serves', () => {
    const { stage, start } = setUp(options);
    const envoy = start();
    stage.publish(both(toShop, [cluster('blog'), endpoints('blog')]));
    envoy.settle((resource) => resource.type === typeUrl.scopedRoute);
    stage.pass(60_000);
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:blog`]);
    expect(envoy.runs(typeUrl.cluster)).toEqual(['blog@v1', 'shop@v1']);
    stage.publish(upsert(scope(host, ['shop'], 'v2')));
    envoy.settle();
    expect(envoy.runs(typeUrl.cluster)).toEqual(['shop@v1']);
  });

  test('a cluster that goes and comes back is accepted anew before a route names it', () => {
    const { stage, start } = setUp(options);
    const envoy = start();
    stage.publish(remove(scope(host)));
    envoy.settle();
    stage.publish(remove(cluster('blog'), endpoints('blog')));
    const going = envoy.unanswered(typeUrl.cluster);
    expect(going).toHaveLength(1);
    stage.publish(upsert(...smallWorld));
    expect(sentNames(envoy.unanswered(typeUrl.scopedRoute))).toEqual([]);
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:blog`]);
    expect(envoy.faults).toEqual([]);
  });
});

describe('routes that follow all scopes', () => {
  const last: Resource = { ...route('last'), follows: typeUrl.scopedRoute };
  const whole = [...smallWorld, ...numbered(450, (name) => scope(`${name}.example.com`)), last];
  const asking = (options?: FakeEnvoyOptions) => {
    const stage = createStage();
    stage.publish(upsert(...whole));
    const envoy = stage.envoy(options);
    envoy.start();
    envoy.send({ type: typeUrl.route, subscribe: ['last'] });
    return { stage, envoy };
  };

  test.each(variants)('come when the last of them is answered, refused or not, over %s', (_name, options) => {
    const { envoy } = asking(options);
    const bad = 'n0007.example.com';
    let before = 0;
    for (;;) {
      const next = envoy.unanswered().find(({ type }) => type !== typeUrl.route) ?? null;
      if (next === null) break;
      expect(envoy.unanswered(typeUrl.route)).toEqual([]);
      if (next.resources.some(({ name }) => name === bad)) envoy.refuse(next);
      else envoy.accept(next);
      before = envoy.runs(typeUrl.scopedRoute).length;
    }
    expect(before).toBe(450);
    expect(sentNames(envoy.unanswered(typeUrl.route))).toEqual(['last']);
    expect(envoy.state.complete).toBe(false);
    envoy.settle();
    expect([envoy.state.complete, envoy.faults]).toEqual([true, []]);
  });

  test('come after 15 s where scopes take longer, and never twice', () => {
    const { stage, envoy } = asking();
    acceptClusters(envoy);
    stage.pass(14_000);
    expect(envoy.unanswered(typeUrl.route)).toEqual([]);
    stage.pass(1_000);
    expect(sentNames(envoy.unanswered(typeUrl.route))).toEqual(['last']);
    envoy.settle();
    const told = envoy.log.length;
    envoy.reconnect();
    envoy.settle();
    stage.publish(upsert(scope('new.example.com')));
    envoy.settle();
    expect(sentNames(envoy.log.slice(told).filter(({ type }) => type === typeUrl.route))).toEqual([]);
  });

  test('come at once where there is no scope', () => {
    const stage = createStage();
    stage.publish(upsert(listener('http'), last));
    const envoy = stage.envoy();
    envoy.start();
    envoy.send({ type: typeUrl.route, subscribe: ['last'] });
    expect(sentNames(envoy.unanswered(typeUrl.route))).toEqual(['last']);
  });
});

describe('bounds on waiting', () => {
  test('a cluster that Envoy refused holds back the update of a host that serves, without end', () => {
    const { stage, start } = setUp();
    const envoy = start();
    stage.publish(upsert(...toShop));
    envoy.settle((resource) => resource.type === typeUrl.cluster);
    stage.pass(60_000);
    expect(envoy.unanswered()).toEqual([]);
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:blog`]);
    stage.publish(upsert(cluster('shop', 'v2')));
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:shop`]);
  });

  test('a new host with a refused cluster goes after the bound, because it serves nothing yet', () => {
    const { stage, start } = setUp();
    const envoy = start();
    stage.publish(upsert(cluster('shop'), scope('shop.example.com', ['blog', 'shop'])));
    envoy.settle((resource) => resource.type === typeUrl.cluster);
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:blog`]);
    stage.pass(15_000);
    expect(sentNames(envoy.unanswered(typeUrl.scopedRoute))).toEqual(['shop.example.com']);
  });

  test('edits of a waiting host do not start its waiting over', () => {
    const { stage, start } = setUp();
    const envoy = start();
    stage.publish(upsert(...toShop));
    stage.pass(10_000);
    stage.publish(upsert(scope(host, ['shop'], 'v2')));
    stage.pass(5_000);
    const sends = envoy.unanswered(typeUrl.scopedRoute);
    expect(sends.flatMap((send) => send.resources.map((resource) => resource.version))).toEqual(['v2:shop']);
  });

  test('an Envoy that never asks for clusters gets its routes after 5 s, and then at once', () => {
    const stage = createStage();
    stage.publish(upsert(...smallWorld));
    const envoy = stage.envoy({ aggregated: false });
    envoy.send({ type: typeUrl.scopedRoute });
    stage.pass(4_999);
    expect(envoy.log).toEqual([]);
    stage.pass(1);
    expect(sentNames(envoy.log)).toEqual([host]);
    stage.publish(upsert(scope(host, ['blog'], 'v2')));
    expect(envoy.log).toHaveLength(2);
  });

  test('clusters that come on their stream after the routes were asked for end the waiting', () => {
    const stage = createStage();
    stage.publish(upsert(...smallWorld));
    const envoy = stage.envoy({ aggregated: false });
    envoy.send({ type: typeUrl.scopedRoute });
    stage.pass(3_000);
    envoy.start();
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:blog`]);
    expect(envoy.faults).toEqual([]);
  });
});

describe('reconnecting', () => {
  test('an old cluster is not taken away before the Envoy told which routes it still runs', () => {
    const { stage, start } = setUp();
    const envoy = start();
    // The Envoy is away while its host moves to another cluster.
    envoy.event({ type: 'closed', at: stage.now(), stream: 1 });
    stage.publish(both(toShop, [cluster('blog'), endpoints('blog')]));
    envoy.reconnect();
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([`${host}@v1:shop`]);
    expect(envoy.runs(typeUrl.cluster)).toEqual(['blog@v1', 'shop@v1']);
    stage.pass(5_000);
    envoy.settle();
    expect(envoy.runs(typeUrl.cluster)).toEqual(['shop@v1']);
    expect(envoy.faults).toEqual([]);
  });

  test('nor before it has answered the routes that replace the unknown ones, however long that takes', () => {
    const { stage, start } = setUp();
    const envoy = start();
    envoy.event({ type: 'closed', at: stage.now(), stream: 1 });
    stage.publish(both(toShop, [cluster('blog'), endpoints('blog')]));
    envoy.reconnect();
    acceptClusters(envoy);
    const [route] = envoy.unanswered(typeUrl.scopedRoute);
    stage.pass(60_000);
    expect(removedNames(envoy.unanswered(typeUrl.cluster))).toEqual([]);
    if (route !== undefined) envoy.accept(route);
    expect(removedNames(envoy.unanswered(typeUrl.cluster))).toEqual(['blog']);
  });

  test('a lost route stream does not free the clusters of the routes that go on serving', () => {
    const { stage, start } = setUp({ aggregated: false });
    const envoy = start();
    envoy.drop(typeUrl.scopedRoute);
    const before = envoy.log.length;
    stage.publish(both(toShop, [cluster('blog'), endpoints('blog')]));
    envoy.settle();
    expect(removedNames(envoy.log.slice(before))).toEqual([]);
    expect(envoy.runs(typeUrl.cluster)).toEqual(['blog@v1', 'shop@v1']);
  });
});
