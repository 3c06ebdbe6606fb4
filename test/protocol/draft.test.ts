import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { typeUrl, type Resource } from '../../xds/snapshot/resource.ts';
import { createStage, inWorld, removedNames, sentNames, type FakeEnvoy, type Stage } from './fake-envoy.ts';
import { both, cluster, endpoints, listener, numbered, remove, route, scope, smallWorld, upsert } from './resources.ts';

const last: Resource = { ...route('first_sync'), follows: typeUrl.scopedRoute };

/** A new Envoy, which has asked for clusters and, where it was told of any, for the rest. */
const arrived = (stage: Stage, options?: Parameters<Stage['envoy']>[0]): FakeEnvoy => {
  const envoy = stage.envoy(options);
  envoy.send({ type: typeUrl.cluster });
  envoy.settle();
  envoy.send({ type: typeUrl.listener });
  envoy.settle();
  return envoy;
};

const responsesOf = (envoy: FakeEnvoy, type: string) => envoy.log.filter((send) => send.type === type);

describe('a first world that arrives in parts', () => {
  test('a new Envoy takes clusters, listeners and scopes as they come, and each once', () => {
    const stage = createStage();
    stage.draft(upsert(cluster('blog'), endpoints('blog'), listener('http'), scope('a.example.com', ['blog'])));
    const envoy = arrived(stage);
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a.example.com@v1:blog']);
    stage.draft(upsert(scope('b.example.com', ['blog'])));
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toHaveLength(2);
    expect(envoy.state.complete).toBe(false);
    stage.publish(upsert(scope('c.example.com', ['blog'])));
    envoy.settle();
    expect(responsesOf(envoy, typeUrl.scopedRoute).map((send) => sentNames([send]))).toEqual([
      ['a.example.com'],
      ['b.example.com'],
      ['c.example.com'],
    ]);
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(inWorld(stage.world, typeUrl.scopedRoute));
    expect(envoy.state.complete).toBe(true);
    expect(envoy.faults).toEqual([]);
  });

  test('hosts still share a response: an Envoy that takes one at a time needs three times as long', () => {
    const stage = createStage();
    stage.draft(upsert(cluster('blog'), endpoints('blog'), listener('http')));
    const envoy = arrived(stage);
    stage.draft(upsert(...numbered(250, (name) => scope(name, ['blog']))));
    envoy.settle();
    const sizes = responsesOf(envoy, typeUrl.scopedRoute).map(({ resources }) => resources.length);
    expect(sizes).toEqual([100, 100, 50]);
  });

  test('what lets an Envoy open its ports stays back until the world is whole, however long that takes', () => {
    const stage = createStage();
    stage.draft(upsert(...smallWorld, last));
    const envoy = arrived(stage);
    envoy.send({ type: typeUrl.route, subscribe: ['first_sync'] });
    stage.pass(60_000);
    envoy.settle();
    expect(responsesOf(envoy, typeUrl.route)).toEqual([]);
    stage.publish(upsert(scope('b.example.com', ['blog'])));
    expect(responsesOf(envoy, typeUrl.route)).toEqual([]);
    envoy.settle();
    expect(envoy.runs(typeUrl.route)).toEqual(['first_sync@v1:']);
    expect(envoy.state.complete).toBe(true);
  });

  test('nothing is taken away, and of nothing it is said that it does not exist, before the world is whole', () => {
    const stage = createStage();
    stage.draft(upsert(...smallWorld));
    const envoy = arrived(stage);
    envoy.send({ type: typeUrl.endpoints, subscribe: ['later', 'never'] });
    stage.draft(remove(scope('blog.example.com', ['blog'])));
    envoy.settle();
    expect(removedNames(envoy.log)).toEqual([]);
    stage.draft(upsert(endpoints('later')));
    expect(sentNames(envoy.unanswered(typeUrl.endpoints))).toEqual(['later']);
    stage.publish(both([], []));
    envoy.settle();
    expect(removedNames(envoy.log).toSorted()).toEqual(['blog.example.com', 'never']);
  });

  test('an Envoy that asks for all and there is nothing yet is not told that there is nothing', () => {
    const stage = createStage();
    stage.draft(upsert(listener('http')));
    const envoy = arrived(stage);
    expect(responsesOf(envoy, typeUrl.cluster)).toEqual([]);
    stage.publish(both([], []));
    expect(responsesOf(envoy, typeUrl.cluster)).toHaveLength(1);
  });

  test.each([typeUrl.cluster, typeUrl.listener, typeUrl.scopedRoute])(
    'an Envoy that holds something of %s is told nothing more before the world is whole',
    (type) => {
      const stage = createStage();
      stage.draft(upsert(...smallWorld));
      const envoy = stage.envoy();
      for (const each of [typeUrl.cluster, typeUrl.listener, typeUrl.scopedRoute]) {
        const initialVersions = each === type ? new Map([['old', 'v0']]) : new Map<string, string>();
        envoy.send({ type: each, initialVersions });
      }
      // It tells of clusters first, so these may have gone out before: they take nothing from it.
      const told = envoy.log.length;
      envoy.settle();
      stage.draft(upsert(cluster('shop'), scope('shop.example.com', ['shop'])));
      expect(envoy.log).toHaveLength(told);
      expect(envoy.log.every((send) => send.type === typeUrl.cluster || type === typeUrl.scopedRoute)).toBe(true);
      stage.publish(both([], []));
      // A cluster stays until it is known that nothing uses it.
      stage.pass(6_000);
      envoy.settle();
      stage.pass(6_000);
      expect(removedNames(envoy.log)).toContain('old');
    },
  );

  test('without a stream for listeners nothing is known of what an Envoy serves, and it is told no scopes', () => {
    const stage = createStage();
    stage.draft(upsert(...smallWorld));
    const envoy = stage.envoy({ aggregated: false });
    envoy.send({ type: typeUrl.cluster });
    envoy.settle();
    envoy.send({ type: typeUrl.scopedRoute });
    expect(responsesOf(envoy, typeUrl.scopedRoute)).toEqual([]);
    envoy.send({ type: typeUrl.listener });
    stage.draft(both([], []));
    expect(sentNames(responsesOf(envoy, typeUrl.scopedRoute))).toEqual(['blog.example.com']);
  });

  test('in the state of the world a response says that there is nothing else, so there is none', () => {
    const stage = createStage();
    stage.draft(upsert(...smallWorld));
    const envoy = arrived(stage, { mode: 'sotw', followsScopes: true });
    expect(envoy.log).toEqual([]);
    stage.publish(both([], []));
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(inWorld(stage.world, typeUrl.scopedRoute));
  });

  test('what was a draft is not what an Envoy serves: it gives way to the whole, though a cluster of that is refused', () => {
    const stage = createStage();
    stage.draft(upsert(cluster('good'), endpoints('good'), listener('http'), scope('a', ['good'])));
    const envoy = stage.envoy();
    envoy.start();
    envoy.settle();
    stage.publish(upsert(cluster('bad'), endpoints('bad'), scope('a', ['bad', 'good'])));
    const isBad = ({ name, type }: Resource) => name === 'bad' && type === typeUrl.cluster;
    envoy.settle(isBad);
    for (let round = 0; round < 2; round += 1) {
      stage.pass(10_000);
      envoy.settle(isBad);
    }
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['a@v1:bad,good']);
    expect(envoy.state.complete).toBe(true);
  });

  test('a host that is gone in one part and back in another costs an Envoy no time', () => {
    const stage = createStage();
    const again = scope('blog.example.com', ['blog']);
    stage.draft(upsert(...smallWorld, last));
    const envoy = arrived(stage);
    envoy.send({ type: typeUrl.route, subscribe: ['first_sync'] });
    stage.draft(remove(again));
    stage.draft(upsert(again));
    envoy.settle();
    stage.publish(both([], []));
    envoy.settle();
    expect(envoy.runs(typeUrl.route)).toEqual(['first_sync@v1:']);
  });

  test('one bad host of a part costs itself alone', () => {
    const stage = createStage();
    stage.draft(upsert(cluster('blog'), endpoints('blog'), listener('http'), scope('bad', ['blog']), scope('good')));
    const envoy = stage.envoy();
    envoy.start();
    envoy.settle(({ name }) => name === 'bad');
    stage.publish(upsert(scope('better')));
    envoy.settle(({ name }) => name === 'bad');
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['better@v1:', 'good@v1:']);
    expect(envoy.state.complete).toBe(true);
  });
});

const resources = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    to: fc.constantFrom('x', 'y', 'z'),
    part: fc.nat(3),
    gone: fc.option(fc.nat(3)),
  }),
  { selector: ({ name }) => name },
);

test.each([{}, { aggregated: false }])('whenever a new Envoy comes, it ends with the world (%j)', (options) => {
  fc.assert(
    fc.property(resources, fc.nat(4), fc.array(fc.boolean(), { minLength: 5 }), (hosts, comes, answers) => {
      const stage = createStage();
      let envoy: FakeEnvoy | null = null;
      for (let part = 0; part < 5; part += 1) {
        if (part === comes) (envoy = stage.envoy(options)).start();
        const arriving = hosts.filter((host) => host.part === part);
        const upserts = [
          listener('http'),
          ...arriving.flatMap(({ name, to }) => [cluster(to), endpoints(to), scope(name, [to])]),
        ];
        const leaving = hosts.filter((host) => host.gone === part && host.part < part);
        const change = both(
          upserts,
          leaving.map(({ name, to }) => scope(name, [to])),
        );
        if (part < 4) stage.draft(change);
        else stage.publish(change);
        if (answers[part] === true) envoy?.settle();
      }
      envoy?.settle();
      for (const type of [typeUrl.cluster, typeUrl.endpoints, typeUrl.listener, typeUrl.scopedRoute])
        expect(envoy?.runs(type)).toEqual(inWorld(stage.world, type));
      expect(envoy?.faults).toEqual([]);
      expect(envoy?.state.complete).toBe(true);
    }),
    { numRuns: 300 },
  );
});
