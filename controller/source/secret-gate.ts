import type { ItemChange } from '../../kubernetes/list-watch.ts';
import type { Names } from '../../kubernetes/watched.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import { type Change, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { type SecretKey, secretsNamedBy } from './secret-references.ts';
import { createSecretShelf, type SecretShelf, type SecretShelfOptions } from './secret-shelf.ts';
import type { ChangeSink } from './source.ts';
import { createWanted } from './wanted.ts';

export interface SecretGateOptions extends Omit<SecretShelfOptions, 'onChange'> {
  readonly settings: CompileSettings;
  readonly sink: ChangeSink;
}

/**
 * Lets objects through together with the Secrets that they name, and only those Secrets: of the others no byte is asked
 * for. An object that names a Secret for the first time waits until the Secret is here or known not to be, so that
 * moving a served host to another certificate never passes through a world without one.
 */
export interface SecretGate {
  /** Of every kind but Secret. */
  objects(changes: readonly Change[], at: number): void;
  /** Which Secrets there are. */
  names(changes: readonly ItemChange<Names>[]): void;
  /** The names of Secrets are all known, or cannot be: until then whatever names one waits. */
  open(): void;
  /** Whether it is open and nothing waits. */
  readonly settled: boolean;
}

export function createSecretGate(options: SecretGateOptions): SecretGate {
  const { settings, clock, sink } = options;
  let isOpen = false;
  const deliver = (out: readonly Change[], at: number): void => {
    if (out.length > 0) sink(out, { at, files: [] });
  };
  const shelf: SecretShelf = createSecretShelf({
    ...options,
    onChange(key, change) {
      const out = change === null ? [] : [change];
      deliver(out, queue.release(queue.naming(key), out, clock.now()));
    },
  });
  const queue = createQueue(shelf, settings);
  return {
    objects(changes, at) {
      const out: Change[] = [];
      for (const change of changes) queue.pass(change, out, at);
      deliver(out, at);
    },
    names: shelf.names,
    open() {
      if (isOpen) return;
      isOpen = true;
      shelf.open();
      const out: Change[] = [];
      deliver(out, queue.release(queue.waiting(), out, clock.now()));
    },
    get settled() {
      return isOpen && queue.waiting().length === 0;
    },
  };
}

interface Held {
  readonly change: Change;
  readonly keys: readonly SecretKey[];
  readonly at: number;
}

/** The objects that wait for their Secrets. What may go on is added to `out`, in order. */
function createQueue(shelf: SecretShelf, settings: CompileSettings) {
  const wanted = createWanted();
  const held = new Map<RefKey, Held>();
  const delivered = new Map<RefKey, readonly SecretKey[]>();

  /** Brings what is fetched in line with what an object names, delivered or held. */
  function tally(ref: RefKey, out: Change[]): void {
    const { added, forsaken } = wanted.set(ref, [...(delivered.get(ref) ?? []), ...(held.get(ref)?.keys ?? [])]);
    for (const key of added) shelf.want(key);
    out.push(...forsaken.map((key) => shelf.forsake(key)).filter((change) => change !== null));
  }

  /** Answers when the oldest of what is let through was seen; `at` where nothing older is. */
  function release(refs: readonly RefKey[], out: Change[], at: number): number {
    let oldest = at;
    for (const ref of refs) {
      const waiting = held.get(ref);
      if (waiting === undefined || !waiting.keys.every(shelf.isResolved)) continue;
      held.delete(ref);
      delivered.set(ref, waiting.keys);
      out.push(waiting.change);
      tally(ref, out);
      oldest = Math.min(oldest, waiting.at);
    }
    return oldest;
  }

  return {
    release,
    waiting: (): readonly RefKey[] => [...held.keys()],
    naming: (key: SecretKey): readonly RefKey[] => wanted.by(key),
    pass(change: Change, out: Change[], at: number): void {
      const ref = refKey(change.type === 'upsert' ? refOf(change.object) : change.ref);
      const keys = change.type === 'upsert' ? secretsNamedBy(change.object, settings) : [];
      if (keys.length > 0) {
        held.set(ref, { change, keys, at });
        tally(ref, out);
        release([ref], out, at);
        return;
      }
      held.delete(ref);
      delivered.delete(ref);
      out.push(change);
      tally(ref, out);
    },
  };
}
