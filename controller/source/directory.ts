import { sortFaults } from '../../files/faults.ts';
import { nodeFileSystem, type FileSystem } from '../../files/file-system.ts';
import { createPrecedence, type Precedence } from '../../files/manifest-set.ts';
import type { FileFault } from '../../files/manifests.ts';
import type { FileUpdate } from '../../files/settled-files.ts';
import { watchManifests, type ManifestWatch } from '../../files/watch.ts';
import { refOf, type Change, type KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { equal } from '../../routing/store/equal.ts';
import type { ChangeSink, Source } from './source.ts';

export interface DirectorySourceOptions {
  readonly fileSystem?: FileSystem;
  /** Monotonic, in ms; `performance.now` where it is left out. */
  readonly now?: () => number;
}

/**
 * Follows files, and folders recursively. `start` rejects with ManifestSourceError where a path is missing; a path that
 * goes missing later keeps what it last held and is a fault until it is back.
 */
export function createDirectorySource(paths: readonly string[], options: DirectorySourceOptions = {}): Source {
  const precedence = createPrecedence();
  const served = new Map<RefKey, KubernetesObject>();
  const listeners: ((faults: readonly FileFault[]) => void)[] = [];
  let watch: ManifestWatch | null = null;
  let told: readonly FileFault[] = [];

  const faults = (): readonly FileFault[] => sortFaults([...(watch?.faults() ?? []), ...precedence.contested()]);
  const tellFaults = (): void => {
    const now = faults();
    if (equal(now, told)) return;
    told = now;
    for (const listener of listeners) listener(now);
  };
  const start = async (sink: ChangeSink): Promise<void> => {
    let isFirst = true;
    const updates = (files: readonly FileUpdate[], at: number): void => {
      const touched = touchedBy(precedence, files);
      const changes = changesOf(served, precedence, touched.keys());
      const edited = new Set(changes.flatMap((change) => touched.get(keyOf(change)) ?? []));
      if (isFirst || changes.length > 0) sink(changes, { at, files: [...edited] });
      isFirst = false;
    };
    const { fileSystem = nodeFileSystem, now = () => performance.now() } = options;
    watch = watchManifests(paths, { updates, faults: tellFaults }, { fileSystem, now });
    tellFaults();
  };
  return {
    start,
    stop: () => watch?.close(),
    locate: (ref, pointer) => precedence.winner(refKey(ref))?.locate(pointer) ?? null,
    faults,
    onFaults: (listener) => void listeners.push(listener),
  };
}

function keyOf(change: Change): RefKey {
  return refKey(change.type === 'upsert' ? refOf(change.object) : change.ref);
}

/** The objects that the files hold or held, each with the file that touched it: of a rename, the file that is there. */
function touchedBy(precedence: Precedence, files: readonly FileUpdate[]): ReadonlyMap<RefKey, string> {
  const touched = new Map<RefKey, string>();
  for (const { path, file } of files) {
    const keys = file === null ? precedence.drop(path) : precedence.put(file);
    for (const key of keys) if (file !== null || !touched.has(key)) touched.set(key, path);
  }
  return touched;
}

/** What differs from what was served, which is brought up to date. */
function changesOf(
  served: Map<RefKey, KubernetesObject>,
  precedence: Precedence,
  touched: Iterable<RefKey>,
): readonly Change[] {
  const changes: Change[] = [];
  for (const key of touched) {
    const before = served.get(key);
    const after = precedence.winner(key)?.object;
    if (after === undefined) {
      if (before !== undefined) changes.push({ type: 'delete', ref: refOf(before) });
      served.delete(key);
    } else if (!equal(before, after)) {
      changes.push({ type: 'upsert', object: after });
      served.set(key, after);
    }
  }
  return changes;
}
