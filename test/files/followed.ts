import { onTestFinished } from 'vitest';
import { createDirectorySource, type DirectorySourceOptions } from '../../controller/source/directory.ts';
import type { Source } from '../../controller/source/source.ts';
import type { FileFault } from '../../files/manifests.ts';
import { refOf, type Change, type KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { refKey } from '../../routing/objects/ref.ts';

export interface Batch {
  readonly changes: readonly Change[];
  readonly at: number;
  readonly files: readonly string[];
  readonly received: number;
}

/** A directory source and the world as it told it. */
export interface Followed {
  readonly source: Source;
  readonly batches: Batch[];
  readonly world: ReadonlyMap<string, KubernetesObject>;
  /** Every list of faults that was told, in order. */
  readonly told: (readonly FileFault[])[];
  /** Resolves at the first event after which `check` holds, or at once; rejects after `withinMs`. */
  until(check: () => boolean, withinMs?: number): Promise<void>;
  /** Keys of everything that was ever deleted. */
  deleted(): readonly string[];
  keys(): readonly string[];
}

export async function follow(paths: readonly string[], options: DirectorySourceOptions = {}): Promise<Followed> {
  const source = createDirectorySource(paths, options);
  const world = new Map<string, KubernetesObject>();
  const batches: Batch[] = [];
  const told: (readonly FileFault[])[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((each) => each());
  source.onFaults((faults) => {
    told.push(faults);
    wake();
  });
  onTestFinished(() => source.stop());
  await source.start((changes, { at, files }) => {
    for (const change of changes) apply(world, change);
    batches.push({ changes, at, files, received: performance.now() });
    wake();
  });
  const until = (check: () => boolean, withinMs = 5_000): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        waiting.delete(look);
        clearTimeout(deadline);
        settle();
      };
      const look = (): void => {
        if (check()) end(resolve);
      };
      const deadline = setTimeout(
        () => end(() => reject(new Error(`not true within ${withinMs} ms: ${check.toString()}`))),
        withinMs,
      );
      waiting.add(look);
      look();
    });
  const deleted = (): readonly string[] =>
    batches.flatMap(({ changes }) =>
      changes.flatMap((change) => (change.type === 'delete' ? [refKey(change.ref)] : [])),
    );
  return { source, batches, world, told, until, deleted, keys: () => [...world.keys()].toSorted() };
}

function apply(world: Map<string, KubernetesObject>, change: Change): void {
  if (change.type === 'delete') world.delete(refKey(change.ref));
  else world.set(refKey(refOf(change.object)), change.object);
}
