import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLoop } from '../../controller/loop.ts';
import { createCompiler } from '../../routing/compile.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import type { Change, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { type Dialect, type Resource, typeUrl } from '../../xds/snapshot/resource.ts';
import { createSnapshot, type Snapshot } from '../../xds/snapshot/snapshot.ts';
import { hashes } from '../envoy-messages/hashes.ts';
import { inspectKeyPair, perform } from './play.ts';
import { changesOf, type Edit, histories } from './worlds.ts';

const dialects: readonly Dialect[] = ['ads-delta', 'ads-sotw', 'delta', 'sotw'];

/** A world kept up to date over a history, told to `each` after every batch. */
function play(
  dialect: Dialect,
  batches: readonly (readonly Change[])[],
  each: (snapshot: Snapshot) => void = () => {},
): Snapshot {
  const compiler = createCompiler(defaultSettings, { inspectKeyPair });
  const world = createWorld(dialect, defaultEnvoySettings, hashes);
  const snapshot = createSnapshot();
  for (const changes of batches) {
    snapshot.apply(world.update(compiler.graph, compiler.apply(changes)));
    each(snapshot);
  }
  return snapshot;
}

function written(history: readonly (readonly Edit[])[]): {
  readonly batches: readonly (readonly Change[])[];
  readonly objects: readonly KubernetesObject[];
} {
  const objects = new Map<string, KubernetesObject>();
  const batches = history.map((batch) =>
    batch.flatMap((edit) => {
      const step = changesOf(edit, objects);
      perform(objects, step);
      return step;
    }),
  );
  return { batches, objects: [...objects.values()] };
}

function resources(snapshot: Snapshot): readonly Resource[] {
  return Object.values(typeUrl).flatMap((type) =>
    [...snapshot.names(type)].sort().map((name) => snapshot.get(type, name) as Resource),
  );
}

function listed(snapshot: Snapshot): readonly string[] {
  return resources(snapshot).map(({ type, name, version }) => `${type} ${name} ${version}`);
}

/** Every cluster that is named exists, and every cluster has its endpoints. */
function expectConsistent(snapshot: Snapshot): void {
  for (const { needs, warms } of resources(snapshot)) {
    for (const cluster of needs) expect(snapshot.get(typeUrl.cluster, cluster)).toBeDefined();
    for (const endpoints of warms) expect(snapshot.get(typeUrl.endpoints, endpoints)).toBeDefined();
  }
}

/** A first world that arrives in so many parts, of which only the last makes it whole. */
async function drafted(dialect: Dialect, batches: readonly (readonly Change[])[]): Promise<Snapshot> {
  const snapshot = createSnapshot();
  let published = 0;
  const loop = createLoop({
    compiler: createCompiler(defaultSettings, { inspectKeyPair }),
    createWorld: (of) => createWorld(of, defaultEnvoySettings, hashes),
    xds: {
      draft: (of, change) => void (of === dialect && snapshot.draft(change)),
      publish(of, change) {
        if (of !== dialect) return;
        snapshot.apply(change);
        published += 1;
      },
    },
    now: () => performance.now(),
  });
  const sink = loop.addSource();
  // An Envoy of a dialect that is not always kept may ask at any time before there is a world.
  batches.forEach((changes, part) => {
    if (part === Math.floor(batches.length / 2)) loop.demand(dialect);
    if (part < batches.length - 1) loop.draft(changes);
    else sink(changes, 0);
  });
  await loop.idle();
  expect(published).toBe(1);
  return snapshot;
}

describe.each(dialects)('the snapshot of an Envoy that speaks %s', (dialect) => {
  it('is consistent after every batch', () => {
    fc.assert(
      fc.property(histories, (history) => void play(dialect, written(history).batches, expectConsistent)),
      { numRuns: 150 },
    );
  });

  it('has the same bytes as one made anew, whatever the order', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { batches, objects } = written(history);
        const anew = objects.toReversed().map((object): Change => ({ type: 'upsert', object }));
        expect(listed(play(dialect, batches))).toEqual(listed(play(dialect, [anew])));
      }),
      { numRuns: 150 },
    );
  });
});

it.each(dialects)(
  'a first world of %s that is drafted in parts is published once, and as if it had come at once',
  async (dialect) => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const { batches, objects } = written(history);
        const anew = objects.map((object): Change => ({ type: 'upsert', object }));
        fc.pre(batches.length > 0);
        expect(listed(await drafted(dialect, batches))).toEqual(listed(play(dialect, [anew])));
      }),
      { numRuns: 150 },
    );
  },
);

it('never moves the plain listener', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const versions = new Set<string | undefined>();
      play('ads-delta', written(history).batches, (snapshot) =>
        versions.add(snapshot.get(typeUrl.listener, 'ingress_http')?.version),
      );
      expect(versions.size).toBe(1);
    }),
    { numRuns: 100 },
  );
});
