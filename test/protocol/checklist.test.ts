import { describe, expect, test } from 'vitest';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { createSnapshot } from '../../xds/snapshot/snapshot.ts';
import { createStage, inWorld, removedNames, sentNames } from './fake-envoy.ts';
import { both, cluster, endpoints, listener, numbered, remove, route, scope, smallWorld, upsert } from './resources.ts';

const started = (options?: Parameters<ReturnType<typeof createStage>['envoy']>[0]) => {
  const stage = createStage();
  stage.publish(upsert(...smallWorld));
  const envoy = stage.envoy(options);
  envoy.start();
  envoy.settle();
  return { stage, envoy };
};

/** The responses that `action` caused. */
const caused = (envoy: ReturnType<typeof started>['envoy'], action: () => void) => {
  const before = envoy.log.length;
  action();
  return envoy.log.slice(before);
};

const only = <T>(items: readonly T[]): T => {
  expect(items).toHaveLength(1);
  return items[0] as T;
};

// https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol
describe('the rules of the protocol', () => {
  test.each(['delta', 'sotw'] as const)('1: a request is a refusal exactly when it carries an error (%s)', (mode) => {
    const { stage, envoy } = started({ mode });
    stage.publish(upsert(listener('http', 'v2')));
    // The version a client repeats with its request says nothing: the request has none to give.
    envoy.refuse(only(envoy.unanswered(typeUrl.listener)));
    expect(envoy.runs(typeUrl.listener)).toEqual(['http@v1']);
    const subscription = [...(envoy.state.subscriptions.get(typeUrl.listener) ?? [])][0];
    expect(subscription?.refusals.get('http')).toMatchObject({ version: 'v2', message: 'refused' });
    stage.publish(upsert(listener('http', 'v3')));
    envoy.accept(only(envoy.unanswered(typeUrl.listener)));
    expect(subscription?.refusals.size).toBe(0);
  });

  test('2: a nonce belongs to one stream and means nothing on the next', () => {
    const { stage, envoy } = started();
    stage.publish(upsert(listener('http', 'v2')));
    const old = only(envoy.unanswered(typeUrl.listener));
    envoy.reconnect();
    const again = only(envoy.unanswered(typeUrl.listener));
    expect(again.nonce).not.toBe(old.nonce);
    envoy.send({ type: typeUrl.listener, nonce: old.nonce });
    const subscription = [...(envoy.state.subscriptions.get(typeUrl.listener) ?? [])][0];
    expect(subscription?.flights.has(again.nonce)).toBe(true);
    expect(subscription?.holdings.get('http')?.accepted).toBe('v1');
  });

  test('3: state of the world: a request with a stale nonce is not answered', () => {
    const { stage, envoy } = started({ mode: 'sotw' });
    stage.publish(upsert(endpoints('other')));
    const stale = '';
    expect(caused(envoy, () => envoy.send({ type: typeUrl.endpoints, subscribe: ['other'], nonce: stale }))).toEqual(
      [],
    );
    expect(sentNames(caused(envoy, () => envoy.send({ type: typeUrl.endpoints })))).toEqual(['other']);
  });

  test('3: delta: a request with a stale nonce still changes what is subscribed to', () => {
    const { stage, envoy } = started();
    stage.publish(upsert(endpoints('other')));
    const sends = caused(envoy, () =>
      envoy.send({ type: typeUrl.endpoints, subscribe: ['other'], unsubscribe: ['blog'], nonce: 'stale' }),
    );
    expect(sentNames(sends)).toEqual(['other']);
    expect(caused(envoy, () => stage.publish(upsert(endpoints('blog', 'v2'))))).toEqual([]);
  });

  // Rule 4, that only the first message of a stream need say who asks, is the server's: see streams.test.ts.

  test('5: versions are per type and follow from the resources alone', () => {
    const [one, other] = [createSnapshot(), createSnapshot()];
    one.apply(upsert(cluster('a'), cluster('b'), listener('l')));
    other.apply(upsert(cluster('b', 'old'), cluster('c'), listener('l', 'old')));
    other.apply(both([cluster('a'), cluster('b')], [cluster('c')]));
    expect(other.version(typeUrl.cluster)).toBe(one.version(typeUrl.cluster));
    expect(other.version(typeUrl.listener)).not.toBe(one.version(typeUrl.listener));
    const before = one.version(typeUrl.cluster);
    one.apply(upsert(listener('l', 'v2')));
    expect(one.version(typeUrl.cluster)).toBe(before);
  });

  test.each(['delta', 'sotw'] as const)('6: only what changed is sent, in its newest version (%s)', (mode) => {
    const { stage, envoy } = started({ mode });
    expect(caused(envoy, () => stage.publish(upsert(...smallWorld)))).toEqual([]);
    expect(caused(envoy, () => envoy.send({ type: typeUrl.cluster }))).toEqual([]);
    envoy.setReading(false);
    stage.publish(upsert(scope('blog.example.com', ['blog'], 'v2')));
    stage.publish(upsert(scope('blog.example.com', ['blog'], 'v3')));
    const sends = caused(envoy, () => envoy.setReading(true));
    expect(only(sends).resources.map((resource) => resource.version)).toEqual(['v3:blog']);
  });

  test('7: a name that is newly asked for is sent although it was sent before', () => {
    const { envoy } = started();
    const sends = caused(envoy, () => envoy.send({ type: typeUrl.cluster, subscribe: ['blog'] }));
    expect(sentNames(sends.filter((send) => send.type === typeUrl.cluster))).toEqual(['blog']);
    const again = caused(envoy, () => envoy.send({ type: typeUrl.endpoints, subscribe: ['blog'] }));
    expect(sentNames(again)).toEqual(['blog']);
  });

  test('7: the same in the state of the world', () => {
    const { envoy } = started({ mode: 'sotw' });
    envoy.send({ type: typeUrl.endpoints, unsubscribe: ['blog'] });
    const again = caused(envoy, () => envoy.send({ type: typeUrl.endpoints, subscribe: ['blog'] }));
    expect(sentNames(again)).toEqual(['blog']);
  });

  test('8: state of the world: listeners, clusters and scopes are complete, and empty deletes all', () => {
    const { stage, envoy } = started({ mode: 'sotw' });
    const sends = caused(envoy, () => stage.publish(upsert(cluster('shop'), endpoints('shop'))));
    expect(sentNames(sends.filter((send) => send.type === typeUrl.cluster)).toSorted()).toEqual(['blog', 'shop']);
    envoy.settle();
    stage.publish(remove(listener('http')));
    expect(only(envoy.unanswered(typeUrl.listener)).resources).toEqual([]);
    envoy.settle();
    expect(envoy.runs(typeUrl.listener)).toEqual([]);
  });

  test('8: state of the world: other types carry what changed and delete nothing', () => {
    const stage = createStage();
    stage.publish(upsert(route('a'), route('b')));
    const envoy = stage.envoy({ mode: 'sotw' });
    envoy.send({ type: typeUrl.route, subscribe: ['a', 'b'] });
    envoy.settle();
    expect(sentNames(caused(envoy, () => stage.publish(upsert(route('a', [], 'v2')))))).toEqual(['a']);
    envoy.settle();
    expect(caused(envoy, () => stage.publish(remove(route('b'))))).toEqual([]);
  });

  test('9: delta deletes by name', () => {
    const { stage, envoy } = started();
    const sends = caused(envoy, () => stage.publish(remove(scope('blog.example.com'))));
    expect(removedNames(sends)).toEqual(['blog.example.com']);
    envoy.settle();
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual([]);
  });

  test('10: saying nothing means everything, until the client has named something', () => {
    const stage = createStage();
    stage.publish(upsert(cluster('a'), cluster('b')));
    const envoy = stage.envoy();
    envoy.send({ type: typeUrl.cluster });
    envoy.settle();
    expect(envoy.runs(typeUrl.cluster)).toEqual(['a@v1', 'b@v1']);
    envoy.send({ type: typeUrl.cluster, subscribe: ['a'] });
    envoy.send({ type: typeUrl.cluster, unsubscribe: ['*'] });
    envoy.send({ type: typeUrl.cluster, unsubscribe: ['a'] });
    envoy.settle();
    envoy.send({ type: typeUrl.cluster });
    const sends = caused(envoy, () => stage.publish(upsert(cluster('a', 'v2'), cluster('c'))));
    expect(sends).toEqual([]);
  });

  test('10: the same in the state of the world, as the protocol page goes through it', () => {
    const stage = createStage();
    stage.publish(upsert(cluster('A'), cluster('B')));
    const envoy = stage.envoy({ mode: 'sotw' });
    const clusters = () => sentNames(envoy.unanswered(typeUrl.cluster)).toSorted();
    envoy.send({ type: typeUrl.cluster });
    expect(clusters()).toEqual(['A', 'B']);
    envoy.settle();
    envoy.send({ type: typeUrl.cluster, subscribe: ['*', 'A'] });
    envoy.settle();
    envoy.send({ type: typeUrl.cluster, unsubscribe: ['*'] });
    stage.publish(upsert(cluster('A', 'v2'), cluster('B', 'v2')));
    expect(clusters()).toEqual(['A']);
    envoy.settle();
    envoy.send({ type: typeUrl.cluster, unsubscribe: ['A'] });
    stage.publish(upsert(cluster('A', 'v3'), cluster('B', 'v3')));
    expect(clusters()).toEqual([]);
  });

  test('10: state of the world: nothing after everything by name means nothing', () => {
    const stage = createStage();
    stage.publish(upsert(cluster('A'), cluster('B')));
    const envoy = stage.envoy({ mode: 'sotw' });
    envoy.send({ type: typeUrl.cluster, subscribe: ['*', 'A'] });
    envoy.settle();
    envoy.send({ type: typeUrl.cluster, unsubscribe: ['*', 'A'] });
    expect(caused(envoy, () => stage.publish(upsert(cluster('A', 'v2'), cluster('B', 'v2'))))).toEqual([]);
  });

  test('10: what waits for a cluster is not sent to a client that gave it up meanwhile', () => {
    const { stage, envoy } = started();
    stage.publish(upsert(cluster('slow'), endpoints('slow'), scope('new.example.com', ['slow'])));
    envoy.send({ type: typeUrl.scopedRoute, unsubscribe: ['*'] });
    const sends = caused(envoy, () => envoy.settle());
    expect(sentNames(sends.filter((send) => send.type === typeUrl.scopedRoute))).toEqual([]);
  });

  test('10: endpoints, routes and secrets are never asked for by saying nothing', () => {
    const { envoy } = started();
    envoy.reconnect();
    const stage = createStage();
    stage.publish(upsert(...smallWorld));
    const other = stage.envoy();
    other.send({ type: typeUrl.endpoints });
    expect(other.log).toEqual([]);
  });

  test('11: a name that the wildcard may still cover is answered when it is given up', () => {
    const { envoy } = started();
    envoy.send({ type: typeUrl.cluster, subscribe: ['*', 'blog', 'nowhere'] });
    envoy.settle();
    const sends = caused(envoy, () => envoy.send({ type: typeUrl.cluster, unsubscribe: ['blog', 'nowhere', 'never'] }));
    const answers = sends.filter((send) => send.type === typeUrl.cluster);
    expect(sentNames(answers)).toEqual(['blog']);
    expect(removedNames(answers)).toEqual(['nowhere']);
  });

  test('11: without a wildcard giving up a name is not answered', () => {
    const { envoy } = started();
    expect(caused(envoy, () => envoy.send({ type: typeUrl.endpoints, unsubscribe: ['blog', 'never'] }))).toEqual([]);
  });

  test('12: a name that does not exist is answered once, remembered, and sent when it comes', () => {
    const { stage, envoy } = started();
    const sends = caused(envoy, () => envoy.send({ type: typeUrl.endpoints, subscribe: ['later'] }));
    expect(removedNames(sends)).toEqual(['later']);
    envoy.settle();
    expect(caused(envoy, () => stage.publish(upsert(endpoints('unrelated'))))).toEqual([]);
    expect(sentNames(caused(envoy, () => stage.publish(upsert(endpoints('later')))))).toEqual(['later']);
  });

  test('12: endpoints asked for again are answered although they are gone, while their cluster stays', () => {
    const { stage, envoy } = started();
    expect(caused(envoy, () => stage.publish(remove(endpoints('blog'))))).toEqual([]);
    expect(removedNames(caused(envoy, () => envoy.send({ type: typeUrl.endpoints, subscribe: ['blog'] })))).toEqual([
      'blog',
    ]);
  });

  test('12: state of the world cannot say that a name does not exist, and remembers it all the same', () => {
    const { stage, envoy } = started({ mode: 'sotw' });
    expect(caused(envoy, () => envoy.send({ type: typeUrl.endpoints, subscribe: ['later'] }))).toEqual([]);
    expect(sentNames(caused(envoy, () => stage.publish(upsert(endpoints('later')))))).toEqual(['later']);
  });

  test('13: after a reconnect with an equal world nothing is sent again', () => {
    const { envoy } = started();
    const sends = caused(envoy, () => {
      envoy.reconnect();
      envoy.settle();
    });
    expect(sends).toEqual([]);
    expect(envoy.state.complete).toBe(true);
  });

  test('13: after a reconnect exactly what moved meanwhile is sent', () => {
    const stage = createStage();
    const names = numbered(5_000, (name) => scope(name));
    stage.publish(upsert(listener('http'), ...names));
    const envoy = stage.envoy();
    envoy.start();
    envoy.settle();
    const replica = createStage();
    const moved = names.slice(0, 10).map(({ name }) => scope(name, [], 'v2'));
    const added = numbered(5, (name) => scope(`new-${name}`));
    replica.publish(upsert(listener('http'), ...moved, ...names.slice(10, 4_995), ...added));
    const other = replica.envoy();
    const held = names.map(({ name, version }) => [name, version] as const);
    other.send({ type: typeUrl.scopedRoute, initialVersions: new Map(held) });
    expect(sentNames(other.log).toSorted()).toEqual([...moved, ...added].map(({ name }) => name).toSorted());
    expect(removedNames(other.log).toSorted()).toEqual(names.slice(4_995).map(({ name }) => name));
  });

  test('13: what a client claims to hold and never subscribed to is ignored', () => {
    const { stage, envoy } = started();
    envoy.reconnect();
    const other = stage.envoy();
    other.send({ type: typeUrl.endpoints, subscribe: ['blog'], initialVersions: new Map([['alien', 'v9']]) });
    expect(sentNames(other.log)).toEqual(['blog']);
    expect(removedNames(other.log)).toEqual([]);
  });

  test('14: the endpoints of an updated cluster follow at once, although they did not change', () => {
    const { stage, envoy } = started();
    const sends = caused(envoy, () => stage.publish(upsert(cluster('blog', 'v2'))));
    expect(sends.map((send) => [send.type, ...sentNames([send])])).toEqual([
      [typeUrl.cluster, 'blog'],
      [typeUrl.endpoints, 'blog'],
    ]);
  });

  test('14: the same after a reconnect, where the client says that it still has the endpoints', () => {
    const { stage, envoy } = started();
    const changed = createStage();
    changed.publish(upsert(cluster('blog', 'v2'), ...smallWorld.slice(1)));
    const other = changed.envoy();
    other.send({ type: typeUrl.cluster, initialVersions: new Map([['blog', 'v1']]) });
    other.send({ type: typeUrl.endpoints, subscribe: ['blog'], initialVersions: new Map([['blog', 'v1']]) });
    expect(other.log.map((send) => [send.type, ...sentNames([send])])).toEqual([
      [typeUrl.cluster, 'blog'],
      [typeUrl.endpoints, 'blog'],
    ]);
    expect([stage.now(), envoy.faults]).toEqual([1_000, []]);
  });

  test.each(['delta', 'sotw'] as const)('15: clusters, endpoints, listeners, scopes, then removals (%s)', (mode) => {
    const { stage, envoy } = started({ mode });
    envoy.setReading(false);
    const upserts = [
      listener('http', 'v2'),
      scope('blog.example.com', ['blog'], 'v2'),
      endpoints('blog', 'v2'),
      cluster('blog', 'v2'),
    ];
    stage.publish(both([scope('other.example.com'), ...upserts], []));
    stage.publish(remove(scope('other.example.com')));
    const sends = caused(envoy, () => envoy.setReading(true));
    expect([...new Set(sends.map((send) => send.type))]).toEqual([
      typeUrl.cluster,
      typeUrl.endpoints,
      typeUrl.listener,
      typeUrl.scopedRoute,
    ]);
  });

  test('15: a removal goes after what is sent with it', () => {
    const { stage, envoy } = started();
    const sends = caused(envoy, () =>
      stage.publish(both([scope('new.example.com', ['blog'])], [scope('blog.example.com')])),
    );
    expect(sends.map((send) => [sentNames([send]), removedNames([send])])).toEqual([
      [['new.example.com'], []],
      [[], ['blog.example.com']],
    ]);
  });

  test('16: no name is twice in one response', () => {
    const { stage, envoy } = started();
    envoy.send({ type: typeUrl.endpoints, subscribe: ['blog', 'blog', 'gone', 'gone'] });
    stage.publish(upsert(cluster('blog', 'v2'), endpoints('blog', 'v2')));
    envoy.settle();
    expect(envoy.faults).toEqual([]);
  });

  test('17: a client that waits for a name hears at once, and a held-up route goes after 15 s', () => {
    const { stage, envoy } = started();
    stage.publish(upsert(cluster('slow'), endpoints('slow'), scope('new.example.com', ['slow'])));
    stage.pass(14_999);
    expect(sentNames(envoy.unanswered(typeUrl.scopedRoute))).toEqual([]);
    stage.pass(1);
    expect(sentNames(envoy.unanswered(typeUrl.scopedRoute))).toEqual(['new.example.com']);
    const subscription = [...(envoy.state.subscriptions.get(typeUrl.scopedRoute) ?? [])][0];
    expect(subscription?.overdue).toBe(1);
  });

  test('18: what Envoy refuses for a reason nobody foresaw is set aside, and all else flows', () => {
    const { stage, envoy } = started();
    stage.publish(upsert(scope('bad.example.com'), scope('good.example.com')));
    envoy.settle((resource) => resource.name === 'bad.example.com');
    expect(envoy.runs(typeUrl.scopedRoute)).toEqual(['blog.example.com@v1:blog', 'good.example.com@v1:']);
    expect(caused(envoy, () => stage.publish(upsert(scope('good.example.com', [], 'v2'))))).toHaveLength(1);
  });

  test('19: nothing sent ever expires: time alone changes nothing', () => {
    const { stage, envoy } = started();
    expect(caused(envoy, () => stage.pass(24 * 3_600_000))).toEqual([]);
    expect(envoy.runs(typeUrl.cluster)).toEqual(inWorld(stage.world, typeUrl.cluster));
  });
});
