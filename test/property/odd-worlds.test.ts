import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { createCompiler } from '../../routing/compile.ts';
import type { Graph, HostName } from '../../routing/graph/graph.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { decode } from '../../routing/objects/decode.ts';
import { type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';
import { routeTable } from '../../routing/route-table.ts';
import { equal } from '../../routing/store/equal.ts';
import { oddObject, writtenObjects } from './odd-objects.ts';

const neighbour = { namespace: 'neighbour-of-all', name: 'neighbour' };
const neighbourHost = 'neighbour.test' as HostName;
const neighbours = [
  {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { ...neighbour, creationTimestamp: '0001-01-01T00:00:00Z' },
    spec: { virtualhost: { fqdn: neighbourHost }, routes: [{ services: [{ name: neighbour.name, port: 80 }] }] },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: neighbour, spec: { ports: [{ port: 80 }] } },
];

/** Of two with one name the first counts, as in files. */
function decoded(raw: readonly unknown[]): readonly KubernetesObject[] {
  const objects = new Map<string, KubernetesObject>();
  for (const each of raw) {
    const found = decode(each);
    if (found.type !== 'object') continue;
    const key = refKey(refOf(found.object));
    if (!objects.has(key)) objects.set(key, found.object);
  }
  return [...objects.values()];
}

function compile(objects: readonly KubernetesObject[]): Graph {
  const compiler = createCompiler(defaultSettings, { inspectKeyPair });
  compiler.apply(objects.map((object) => ({ type: 'upsert', object })));
  return compiler.graph;
}

const table = (graph: Graph) =>
  routeTable(
    graph,
    { host: null, path: null, namespace: null, invalid: true },
    { locate: () => null, programmed: () => null },
  );

function isSame(left: Graph, right: Graph): boolean {
  const sorted = (values: ReadonlyMap<string, unknown>) => [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = ['hosts', 'endpoints', 'secrets', 'objects'] as const;
  return parts.every((part) => equal(sorted(left[part]), sorted(right[part])));
}

const worlds = fc.array(oddObject, { minLength: 1, maxLength: 20 });
const before = Object.getOwnPropertyNames(Object.prototype).sort();

describe('worlds that nobody would write', () => {
  const slow: number[] = [];
  beforeAll(() => expect(writtenObjects.length).toBeGreaterThan(100));
  afterAll(() => expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(before));

  it('never throw, never take long, and touch no neighbour', () => {
    const alone = table(compile(decoded(neighbours)));
    fc.assert(
      fc.property(worlds, (raw) => {
        const started = performance.now();
        const graph = compile(decoded([...neighbours, ...raw]));
        const rows = table(graph);
        const spent = performance.now() - started;
        if (spent > 500) slow.push(spent);
        expect(rows.filter(({ host }) => host === neighbourHost)).toEqual(alone);
        // One world may meet a pause of the machine; an input that is slow is slow every time.
        expect(slow.length).toBeLessThan(10);
      }),
      { numRuns: 1000 },
    );
  }, 60_000);

  it('say why, wherever they answer an error', () => {
    fc.assert(
      fc.property(worlds, (raw) => {
        const silent = table(compile(decoded(raw))).filter(
          ({ action, status }) => action?.type === 'Error' && (status.valid || status.reasons.length === 0),
        );
        expect(silent).toEqual([]);
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  it('may be nested as deep as the parser of JSON goes', () => {
    const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    const [root] = neighbours;
    const graph = compile(
      decoded([...neighbours, deep(5_000), { ...root, spec: deep(5_000) }, { ...root, x: deep(5_000) }]),
    );
    expect(table(graph)).toHaveLength(1);
  });

  it('are the same whatever the order of applying', () => {
    const shuffled = worlds.map(decoded).chain((objects) =>
      fc.record({
        objects: fc.constant(objects),
        order: fc.shuffledSubarray([...objects], { minLength: objects.length, maxLength: objects.length }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ objects, order }) => isSame(compile(objects), compile(order))),
      { numRuns: 500 },
    );
  }, 60_000);
});

describe('claims on one host', () => {
  it('have one winner whatever the order, be they two or a thousand', () => {
    const stamp = fc.constantFrom(
      null,
      'yesterday',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:01Z',
      '2025-12-31T23:00:00-01:00',
    );
    const claimants = fc.uniqueArray(fc.record({ id: fc.nat(5000), stamp, recorded: stamp }), {
      selector: ({ id }) => id,
      minLength: 2,
      maxLength: 1000,
      size: 'max',
    });
    const raw = ({ id, stamp: created, recorded }: { id: number; stamp: string | null; recorded: string | null }) => ({
      apiVersion: 'projectcontour.io/v1',
      kind: 'HTTPProxy',
      metadata: { namespace: `team-${id % 7}`, name: `root-${id}`, creationTimestamp: created },
      spec: { virtualhost: { fqdn: 'shop.example.com' }, routes: [{ directResponsePolicy: { statusCode: 200 } }] },
      status: {
        conditions: recorded === null ? [] : [{ type: 'HostClaimed', status: 'True', lastTransitionTime: recorded }],
      },
    });
    fc.assert(
      fc.property(claimants, (all) => {
        const objects = decoded(all.map(raw));
        const graph = compile(objects);
        const host = graph.hosts.get('shop.example.com' as HostName);
        expect(host?.lost).toHaveLength(objects.length - 1);
        expect(compile([...objects].reverse()).hosts.get('shop.example.com' as HostName)).toEqual(host);
        // Who loses changes nothing for who holds.
        const [loser] = host?.lost ?? [];
        const without = objects.filter(
          (object) => loser === undefined || refKey(refOf(object)) !== refKey(loser.source.ref),
        );
        expect(compile(without).hosts.get('shop.example.com' as HostName)?.holder).toEqual(host?.holder);
      }),
      { numRuns: 15 },
    );
  });
});
