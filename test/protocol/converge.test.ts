import fc from 'fast-check';
import { expect, test } from 'vitest';
import { typeReports } from '../../xds/snapshot/report.ts';
import { typeUrl, type Resource } from '../../xds/snapshot/resource.ts';
import { createStage, inWorld, type FakeEnvoy, type FakeEnvoyOptions, type Stage } from './fake-envoy.ts';
import { cluster, endpoints, listener, route, scope } from './resources.ts';

/** A world in small: hosts that go to clusters. Every one that can be built is consistent in itself. */
interface Model {
  readonly hosts: ReadonlyMap<string, { readonly to: readonly string[]; readonly version: number }>;
  readonly clusters: ReadonlyMap<string, number>;
  readonly listener: number;
}

const build = (model: Model, hasRoutes: boolean): ReadonlyMap<string, Resource> => {
  const used = new Set([...model.hosts.values()].flatMap(({ to }) => to));
  const resources = [
    listener('http', `v${model.listener}`),
    ...[...used].flatMap((name) => [
      cluster(name, `v${model.clusters.get(name) ?? 0}`),
      endpoints(name, `v${model.clusters.get(name) ?? 0}`),
    ]),
    ...[...model.hosts].flatMap(([name, { to, version }]) => [
      scope(name, hasRoutes ? [] : to, `v${version}`),
      ...(hasRoutes ? [route(name, to, `v${version}`)] : []),
    ]),
  ];
  return new Map(resources.map((resource) => [`${resource.type} ${resource.name}`, resource]));
};

type Step =
  | { readonly do: 'host'; readonly host: string; readonly to: readonly string[]; readonly version: number }
  | { readonly do: 'unhost'; readonly host: string }
  | { readonly do: 'cluster'; readonly cluster: string; readonly version: number }
  | { readonly do: 'listener'; readonly version: number }
  | { readonly do: 'answer'; readonly pick: number; readonly count: number; readonly refuse: boolean }
  | { readonly do: 'reconnect' }
  | { readonly do: 'read'; readonly reading: boolean }
  | { readonly do: 'ask'; readonly pick: number; readonly name: string; readonly nonce: string }
  | { readonly do: 'pass'; readonly milliseconds: number };

const host = fc.constantFrom('a', 'b', 'c');
const clusterName = fc.constantFrom('x', 'y', 'z');
const version = fc.integer({ min: 0, max: 3 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('host' as const), host, to: fc.uniqueArray(clusterName), version }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unhost' as const), host }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cluster' as const), cluster: clusterName, version }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('listener' as const), version }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      pick: fc.nat(20),
      count: fc.integer({ min: 1, max: 6 }),
      refuse: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reconnect' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read' as const), reading: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      pick: fc.nat(20),
      name: fc.oneof(host, clusterName, fc.constant('nowhere')),
      nonce: fc.constantFrom('', 'stale', '1.1'),
    }),
  },
  // Short of the bound on waiting: what happens at the bound has its own tests.
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), milliseconds: fc.nat(300) }) },
);

/** Answers the first response of one type that has any: types overtake each other, one type does not. */
const answerOne = (envoy: FakeEnvoy, pick: number, refuse: boolean): void => {
  const types = [...new Set(envoy.unanswered().map((send) => send.type))];
  const [send] = envoy.unanswered(types[pick % Math.max(types.length, 1)]);
  if (send === undefined) return;
  // Envoy has no reason to refuse a response that brings nothing.
  if (refuse && send.resources.length > 0) envoy.refuse(send);
  else envoy.accept(send);
};

const ask = (envoy: FakeEnvoy, mode: string, { name, nonce, pick }: Extract<Step, { do: 'ask' }>): void => {
  const type = pick % 2 === 0 ? typeUrl.endpoints : typeUrl.cluster;
  // A name asked for beside the wildcard; state of the world has no such request with a nonce of its own.
  if (mode === 'delta') envoy.send({ type, subscribe: [name], nonce });
};

const walk = (stage: Stage, envoy: FakeEnvoy, options: FakeEnvoyOptions, steps: readonly Step[]): void => {
  let model: Model = { hosts: new Map(), clusters: new Map(), listener: 0 };
  let before: ReadonlyMap<string, Resource> = new Map();
  const publish = (next: Model): void => {
    model = next;
    const after = build(next, options.followsScopes === true);
    const upserts = [...after].filter(([key, { version }]) => before.get(key)?.version !== version);
    const removals = [...before].filter(([key]) => !after.has(key));
    before = after;
    stage.publish({ upserts: upserts.map(([, one]) => one), removals: removals.map(([, one]) => one) });
  };
  publish(model);
  for (const one of steps) {
    if (one.do === 'host') publish({ ...model, hosts: new Map(model.hosts).set(one.host, one) });
    if (one.do === 'unhost')
      publish({ ...model, hosts: new Map([...model.hosts].filter(([name]) => name !== one.host)) });
    if (one.do === 'cluster') publish({ ...model, clusters: new Map(model.clusters).set(one.cluster, one.version) });
    if (one.do === 'listener') publish({ ...model, listener: one.version });
    if (one.do === 'answer') for (let n = 0; n < one.count; n += 1) answerOne(envoy, one.pick + n, one.refuse);
    if (one.do === 'reconnect') envoy.reconnect();
    if (one.do === 'read') envoy.setReading(one.reading);
    if (one.do === 'ask') ask(envoy, options.mode ?? 'delta', one);
    if (one.do === 'pass') stage.pass(one.milliseconds);
  }
  // Whatever was refused on the way changes now, so that its refusal ends, and everything is answered.
  publish({ hosts: new Map(), clusters: new Map(), listener: 9 });
  envoy.setReading(true);
  envoy.settle();
  publish({
    hosts: new Map([
      ['a', { to: ['x', 'y'], version: 9 }],
      ['d', { to: ['z'], version: 9 }],
    ]),
    clusters: new Map([
      ['x', 9],
      ['y', 9],
      ['z', 9],
    ]),
    listener: 10,
  });
  envoy.settle();
  stage.pass(6_000);
  envoy.settle();
};

const variants: readonly (readonly [string, FakeEnvoyOptions])[] = [
  ['one delta stream', {}],
  ['a delta stream per type', { aggregated: false }],
  ['one state-of-the-world stream', { mode: 'sotw', followsScopes: true }],
  ['a state-of-the-world stream per type', { mode: 'sotw', aggregated: false, followsScopes: true }],
];

const runs = 500;

test.each(variants)('an Envoy that answers in the end runs the world, over %s', (_name, options) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const stage = createStage();
      const envoy = stage.envoy(options);
      envoy.start();
      walk(stage, envoy, options, steps);
      for (const type of [typeUrl.cluster, typeUrl.endpoints, typeUrl.listener, typeUrl.scopedRoute, typeUrl.route]) {
        expect(envoy.runs(type)).toEqual(inWorld(stage.world, type));
      }
      const pending = typeReports(envoy.state).map((report) => report.pending);
      expect(pending.every((count) => count === 0)).toBe(true);
      expect(envoy.state.complete).toBe(true);
    }),
    { numRuns: runs },
  );
});

test.each(variants)('no response breaks a rule, and no route is ahead of its cluster, over %s', (_name, options) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const stage = createStage();
      const envoy = stage.envoy(options);
      envoy.start();
      // In the state of the world an Envoy that comes back cannot say what it runs, so it is left out there.
      const kept = steps.filter((one) => options.mode !== 'sotw' || one.do !== 'reconnect');
      walk(stage, envoy, options, kept);
      expect(envoy.faults).toEqual([]);
    }),
    { numRuns: runs },
  );
});

test.each(variants)('a version refused alone is not sent again before it changed, over %s', (_name, options) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const stage = createStage();
      const envoy = stage.envoy(options);
      envoy.start();
      const quiet = steps.filter((one) => one.do !== 'reconnect' && one.do !== 'ask');
      walk(stage, envoy, options, quiet);
      // Everything the world holds is refused from now on, and pushed again and again without a change.
      const all = [...Array(3).keys()].map((n) => scope('a', ['x'], `r${n % 2}`));
      for (const resource of all) {
        stage.publish({ upserts: [resource], removals: [] });
        envoy.settle(({ version }) => version.startsWith('r'));
        const before = envoy.log.length;
        stage.publish({ upserts: [resource], removals: [] });
        stage.pass(20_000);
        expect(envoy.log.length).toBe(before);
      }
    }),
    { numRuns: 100 },
  );
});
