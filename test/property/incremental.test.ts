import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCompiler, type Compiler } from '../../routing/compile.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import type { Change, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { equal } from '../../routing/store/equal.ts';
import { type ReadKind, readKinds } from '../../routing/store/read-key.ts';
import { inspectKeyPair, perform } from './play.ts';
import { changesOf, type Edit, histories } from './worlds.ts';

const ports = { inspectKeyPair };

function compiler(closed: boolean, isRecorded?: (kind: ReadKind) => boolean): Compiler {
  return createCompiler({ ...defaultSettings, closed, rootNamespaces: ['blue', 'green'] }, ports, isRecorded);
}

function rebuilt(world: ReadonlyMap<string, KubernetesObject>, closed: boolean): Compiler {
  const fresh = compiler(closed);
  fresh.apply([...world.values()].reverse().map((object) => ({ type: 'upsert', object })));
  return fresh;
}

/** Plays a history; after every batch the world kept up to date must equal one built anew. */
function staysEqual(
  history: readonly (readonly Edit[])[],
  closed: boolean,
  isRecorded?: (kind: ReadKind) => boolean,
): boolean {
  const kept = compiler(closed, isRecorded);
  const world = new Map<string, KubernetesObject>();
  return history.every((batch) => {
    const changes: Change[] = [];
    for (const edit of batch) {
      const step = changesOf(edit, world);
      perform(world, step);
      changes.push(...step);
    }
    kept.apply(changes);
    const fresh = rebuilt(world, closed);
    return (['hosts', 'endpoints', 'secrets', 'objects'] as const).every((part) =>
      equal(sorted(kept.graph[part]), sorted(fresh.graph[part])),
    );
  });
}

function sorted(values: ReadonlyMap<string, unknown>): readonly (readonly [string, unknown])[] {
  return [...values].sort(([left], [right]) => (left < right ? -1 : 1));
}

describe('the incremental world', () => {
  it.each([true, false])('equals one built anew after every batch (closed: %s)', (closed) => {
    fc.assert(
      fc.property(histories, (history) => staysEqual(history, closed)),
      { numRuns: 3000 },
    );
  });

  it('names every host it moved, and no other', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const kept = compiler(true);
        const world = new Map<string, KubernetesObject>();
        for (const batch of history) {
          const before = new Map(kept.graph.hosts);
          const changes = batch.flatMap((edit) => {
            const step = changesOf(edit, world);
            perform(world, step);
            return step;
          });
          const moved = kept.apply(changes).hosts;
          const hosts = new Set([...before.keys(), ...kept.graph.hosts.keys()]);
          for (const host of hosts) expect(moved.has(host)).toBe(before.get(host) !== kept.graph.hosts.get(host));
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(readKinds)('goes wrong when reads of kind %s are not recorded', (switchedOff) => {
    const outcome = fc.check(
      fc.property(histories, (history) => staysEqual(history, false, (kind) => kind !== switchedOff)),
      { numRuns: 8000, endOnFailure: true },
    );
    expect(outcome.failed).toBe(true);
  });
});
