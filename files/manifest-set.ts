import { displayName, refKey, type RefKey } from '../routing/objects/ref.ts';
import { refOf } from '../routing/objects/kubernetes-object.ts';
import { sortFaults } from './faults.ts';
import type { FileFault, ParsedFile, PlacedObject } from './manifests.ts';
import { compareBytes } from './paths.ts';

/** The objects of many files. */
export interface ManifestSet {
  readonly objects: ReadonlyMap<RefKey, PlacedObject>;
  /** Sorted by file and line. */
  readonly faults: readonly FileFault[];
}

/**
 * Which file's copy of each object counts: that of the first path in byte order, and the first in the file. Changing
 * one file costs that file's objects.
 */
export interface Precedence {
  /** Takes the file in, or its new version; names the objects that either version holds. */
  put(file: ParsedFile): ReadonlySet<RefKey>;
  /** Forgets the file; names the objects it held. */
  drop(path: string): ReadonlySet<RefKey>;
  winner(key: RefKey): PlacedObject | null;
  keys(): Iterable<RefKey>;
  /** One fault for each copy that does not count, in no order. */
  contested(): readonly FileFault[];
}

export function mergeManifests(files: Iterable<ParsedFile>): ManifestSet {
  const precedence = createPrecedence();
  const faults: FileFault[] = [];
  for (const file of files) {
    precedence.put(file);
    faults.push(...file.faults);
  }
  const objects = new Map<RefKey, PlacedObject>();
  for (const key of precedence.keys()) {
    const placed = precedence.winner(key);
    if (placed !== null) objects.set(key, placed);
  }
  return { objects, faults: sortFaults([...faults, ...precedence.contested()]) };
}

interface Copy {
  readonly file: string;
  readonly placed: PlacedObject;
}

export function createPrecedence(): Precedence {
  /** Copies of each object, the one that counts first. */
  const copies = new Map<RefKey, readonly Copy[]>();
  const keysOf = new Map<string, ReadonlySet<RefKey>>();
  const disputed = new Map<RefKey, readonly FileFault[] | null>();

  const settle = (key: RefKey, left: readonly Copy[]): void => {
    if (left.length === 0) copies.delete(key);
    else copies.set(key, left);
    if (left.length > 1) disputed.set(key, null);
    else disputed.delete(key);
  };
  const drop = (path: string): ReadonlySet<RefKey> => {
    const held = keysOf.get(path) ?? new Set<RefKey>();
    keysOf.delete(path);
    for (const key of held) {
      settle(
        key,
        (copies.get(key) ?? []).filter(({ file }) => file !== path),
      );
    }
    return held;
  };
  const put = (file: ParsedFile): ReadonlySet<RefKey> => {
    const before = drop(file.file);
    const keys = new Set<RefKey>();
    for (const placed of file.objects) {
      const key = refKey(refOf(placed.object));
      keys.add(key);
      settle(key, inserted(copies.get(key) ?? [], { file: file.file, placed }));
    }
    keysOf.set(file.file, keys);
    return new Set([...before, ...keys]);
  };
  const contested = (): readonly FileFault[] => {
    for (const [key, known] of disputed) {
      if (known === null) disputed.set(key, disputes(copies.get(key) ?? []));
    }
    return [...disputed.values()].flatMap((faults) => faults ?? []);
  };
  return { put, drop, winner: (key) => copies.get(key)?.[0]?.placed ?? null, keys: () => copies.keys(), contested };
}

/** Copies of one file come in document order and stay in it. */
function inserted(copies: readonly Copy[], copy: Copy): readonly Copy[] {
  const at = copies.findIndex(({ file }) => compareBytes(file, copy.file) > 0);
  return at === -1 ? [...copies, copy] : copies.toSpliced(at, 0, copy);
}

function disputes(copies: readonly Copy[]): readonly FileFault[] {
  const [first, ...others] = copies;
  if (first === undefined) return [];
  const { file, line } = first.placed.locate('');
  const ref = refOf(first.placed.object);
  const message = `${ref.kind} ${displayName(ref)} is already in ${file}, line ${line}, and that copy is used: remove one`;
  return others.map(({ placed }) => ({ ...placed.locate(''), message, severity: 'error' }));
}
