import { equal } from './equal.ts';
import { kindOfRead, type ReadKey, type ReadKind } from './read-key.ts';

/** Tells the memo that a unit read something, found or not. */
export type RecordRead = (key: ReadKey) => void;

/** Units of one kind, each remembered with what it read. */
export interface Memo<Value> {
  /** The unit's value, computed when it is not remembered. */
  get(key: string): Value;
  /** Units that read any of these keys. */
  readersOf(touched: Iterable<ReadKey>): ReadonlySet<string>;
  /** Computes again. An equal result keeps the identity of the old one, and answers false. */
  refresh(key: string): boolean;
  forget(key: string): void;
  /** What a remembered unit read, sorted: the record that explains it. */
  readsOf(key: string): readonly ReadKey[];
  has(key: string): boolean;
  keys(): Iterable<string>;
}

interface Unit<Value> {
  readonly value: Value;
  readonly reads: ReadonlySet<ReadKey>;
}

/**
 * @param compute pure but for what it reads, which it must pass to `record` before it looks
 * @param isRecorded a kind of read for which this is false is not remembered: only the proof that each
 *   kind is needed switches one off
 */
export function createMemo<Value>(
  compute: (key: string, record: RecordRead) => Value,
  isRecorded: (kind: ReadKind) => boolean,
): Memo<Value> {
  const units = new Map<string, Unit<Value>>();
  const readers = new Map<ReadKey, Set<string>>();

  function link(key: string, reads: ReadonlySet<ReadKey>): void {
    for (const read of reads) {
      const known = readers.get(read);
      if (known === undefined) readers.set(read, new Set([key]));
      else known.add(key);
    }
  }

  function unlink(key: string, reads: ReadonlySet<ReadKey>): void {
    for (const read of reads) {
      const known = readers.get(read);
      known?.delete(key);
      if (known?.size === 0) readers.delete(read);
    }
  }

  function run(key: string): boolean {
    const before = units.get(key);
    const reads = new Set<ReadKey>();
    const value = compute(key, (read) => {
      if (isRecorded(kindOfRead(read))) reads.add(read);
    });
    if (before !== undefined) unlink(key, before.reads);
    link(key, reads);
    const same = before !== undefined && equal(before.value, value);
    units.set(key, { value: same ? before.value : value, reads });
    return !same;
  }

  return {
    get(key) {
      if (!units.has(key)) run(key);
      return (units.get(key) as Unit<Value>).value;
    },
    readersOf(touched) {
      const found = new Set<string>();
      for (const read of touched) for (const key of readers.get(read) ?? []) found.add(key);
      return found;
    },
    refresh: run,
    forget(key) {
      const unit = units.get(key);
      if (unit === undefined) return;
      unlink(key, unit.reads);
      units.delete(key);
    },
    readsOf: (key) => [...(units.get(key)?.reads ?? [])].sort(),
    has: (key) => units.has(key),
    keys: () => units.keys(),
  };
}
