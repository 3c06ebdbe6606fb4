import type { ItemChange } from '../../kubernetes/list-watch.ts';
import type { Names } from '../../kubernetes/watched.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { Change } from '../../routing/objects/kubernetes-object.ts';
import { createSecretQueue } from './secret-queue.ts';
import { createSecretShelf, type SecretShelf, type SecretShelfOptions } from './secret-shelf.ts';
import type { ChangeSink } from './source.ts';

export interface SecretGateOptions extends Omit<SecretShelfOptions, 'onChange'> {
  readonly settings: CompileSettings;
  readonly sink: ChangeSink;
}

/**
 * Lets objects through together with the Secrets that they name, and only those Secrets: of the others no byte is asked
 * for. An object that names a Secret for the first time waits until the Secret is here or known not to be, so that
 * moving a served host to another certificate never passes through a world without one. So does a delegation that lends a
 * Secret to somebody who asks for it.
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
  const queue = createSecretQueue(shelf, settings);
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
