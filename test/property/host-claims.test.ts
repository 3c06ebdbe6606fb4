import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planStatus } from '../../controller/status/plan.ts';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { type Compiler, createCompiler } from '../../routing/compile.ts';
import type { HostName } from '../../routing/graph/graph.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { decode } from '../../routing/objects/decode.ts';
import type { Change } from '../../routing/objects/kubernetes-object.ts';

const hosts = ['a.example.com', 'b.example.com'] as const;
const names = ['one', 'two', 'three', 'four'] as const;

interface Stored {
  readonly created: string;
  readonly host: string | null;
  readonly ingressClass: string;
  readonly generation: number;
  readonly status: object;
}

type Step =
  | { readonly type: 'put'; readonly name: string; readonly host: string | null; readonly ingressClass: string }
  | { readonly type: 'delete'; readonly name: string }
  /** Another controller takes over, and knows what is stored and nothing else. */
  | { readonly type: 'lead' };

const name = fc.constantFrom(...names);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('put' as const),
      name,
      host: fc.constantFrom(...hosts, ...hosts, null),
      ingressClass: fc.constantFrom('contour', 'contour', 'contour', 'elsewhere'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), name }) },
  { weight: 1, arbitrary: fc.constant({ type: 'lead' as const }) },
);

/** An API server, and a leader that writes what it plans as soon as it sees an edit. */
function playHistory() {
  const objects = new Map<string, Stored>();
  let compiler = newCompiler();
  let minute = 0;

  const clock = (): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString().replace('.000Z', 'Z');
  const tell = (of: string): void => void compiler.apply([changeOf(of, objects.get(of))]);

  function write(): void {
    const found = [...compiler.graph.objects.values()];
    for (const status of found) {
      const of = status.ref.name;
      const stored = objects.get(of);
      if (stored === undefined) continue;
      const { graph } = compiler;
      const patch = planStatus({
        storedGeneration: 0,
        graph,
        status,
        programming: () => ({ state: 'accepted' }),
        stored: stored.status,
        now: clock(),
      });
      if (patch === null) continue;
      objects.set(of, { ...stored, status: { ...stored.status, ...patch } });
      tell(of);
    }
  }

  return {
    objects,
    holders: (): ReadonlyMap<string, string | null> =>
      new Map(hosts.map((host) => [host, compiler.graph.hosts.get(host as HostName)?.holder?.name ?? null])),
    write,
    take(one: Step): void {
      minute += 1;
      if (one.type === 'lead') {
        compiler = newCompiler();
        compiler.apply([...objects].map(([of, stored]) => changeOf(of, stored)));
        return;
      }
      const before = objects.get(one.name);
      if (one.type === 'delete') objects.delete(one.name);
      else {
        const { created = clock(), generation = 0, status = {} } = before ?? {};
        const { host, ingressClass } = one;
        objects.set(one.name, { created, host, ingressClass, generation: generation + 1, status });
      }
      tell(one.name);
    },
  };
}

function newCompiler(): Compiler {
  return createCompiler(defaultSettings, { inspectKeyPair });
}

function changeOf(of: string, stored: Stored | undefined): Change {
  if (stored === undefined) return { type: 'delete', ref: { kind: 'HTTPProxy', namespace: 'shop', name: of } };
  const { created, generation, host, ingressClass, status } = stored;
  const found = decode({
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'shop', name: of, creationTimestamp: created, generation },
    spec: {
      ingressClassName: ingressClass,
      ...(host === null ? {} : { virtualhost: { fqdn: host } }),
      routes: [{ directResponsePolicy: { statusCode: 200 } }],
    },
    status,
  });
  if (found.type !== 'object') throw new Error('the test writes no object');
  return { type: 'upsert', object: found.object };
}

describe('who holds a host', () => {
  it('keeps it while it asks for it, whatever is created, edited or brought back, and whoever leads', () => {
    const property = (steps: readonly Step[]): void => {
      const { take, write, holders, objects } = playHistory();
      for (const one of steps) {
        const before = holders();
        take(one);
        for (const [host, holder] of before) {
          const held = holder === null ? undefined : objects.get(holder);
          if (held?.host === host && held.ingressClass === 'contour') expect(holders().get(host), host).toBe(holder);
        }
        const compiled = holders();
        write();
        expect(holders(), 'a record that comes back').toEqual(compiled);
      }
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 25 }), property), { numRuns: 400 });
  });
});
