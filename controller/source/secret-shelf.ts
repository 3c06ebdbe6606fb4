import type { Clock } from '../../kubernetes/clock.ts';
import type { ItemChange } from '../../kubernetes/list-watch.ts';
import type { Names } from '../../kubernetes/watched.ts';
import type { Change, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { createSecretFetcher, type SecretFetcher } from './secret-fetcher.ts';
import { type SecretKey, secretKey } from './secret-references.ts';

export interface SecretShelfOptions {
  /** Null where there is none of that name. Rejects with a KubernetesError. */
  readonly get: (key: SecretKey, signal: AbortSignal) => Promise<KubernetesObject | null>;
  readonly clock: Clock;
  /** What is known of a Secret that is wanted differs: `change` is what to tell, null where only the waiting is over. */
  readonly onChange: (key: SecretKey, change: Change | null) => void;
  /** What is wrong with a Secret that is wanted; null where nothing is. */
  readonly onTrouble: (key: SecretKey, reason: string | null) => void;
  readonly signal: AbortSignal;
}

/** Which Secrets there are, by name, and the few that are wanted, with their bytes. */
export interface SecretShelf {
  names(changes: readonly ItemChange<Names>[]): void;
  /** All names are known, or cannot be. */
  open(): void;
  want(key: SecretKey): void;
  /** Answers what to tell. */
  forsake(key: SecretKey): Change | null;
  /** Whether it is here, or known not to be, or out of reach. */
  isResolved(key: SecretKey): boolean;
}

export function createSecretShelf(options: SecretShelfOptions): SecretShelf {
  const { onChange, onTrouble } = options;
  const versions = new Map<SecretKey, string>();
  const [wanted, here, denied] = [new Set<SecretKey>(), new Set<SecretKey>(), new Set<SecretKey>()];
  let isOpen = false;
  const fetcher: SecretFetcher = createSecretFetcher({
    ...options,
    fetched(key, secret) {
      denied.delete(key);
      onTrouble(key, null);
      if (secret === null) versions.delete(key);
      else here.add(key);
      onChange(key, secret === null ? remove(key) : { type: 'upsert', object: secret });
    },
    failed(key, reason, isDenied) {
      onTrouble(key, `Secret ${key} cannot be read: ${reason}`);
      if (!isDenied || denied.has(key)) return;
      denied.add(key);
      onChange(key, null);
    },
  });

  function remove(key: SecretKey): Change | null {
    const [namespace = '', name = ''] = key.split('/');
    return here.delete(key) ? { type: 'delete', ref: { kind: 'Secret', namespace, name } } : null;
  }

  function end(key: SecretKey): Change | null {
    fetcher.cancel(key);
    denied.delete(key);
    onTrouble(key, null);
    return remove(key);
  }

  function note(change: ItemChange<Names>): void {
    const key = secretKey(change.type === 'put' ? change.item : change);
    if (change.type === 'gone') {
      versions.delete(key);
      if (wanted.has(key)) onChange(key, end(key));
      return;
    }
    const isNew = versions.get(key) !== change.item.resourceVersion;
    versions.set(key, change.item.resourceVersion);
    if (isNew && isOpen && wanted.has(key)) fetcher.fetch(key);
  }

  return {
    names: (changes) => changes.forEach(note),
    open() {
      isOpen = true;
      for (const key of wanted) if (versions.has(key)) fetcher.fetch(key);
    },
    want(key) {
      wanted.add(key);
      if (isOpen && versions.has(key)) fetcher.fetch(key);
    },
    forsake: (key) => (wanted.delete(key) ? end(key) : null),
    isResolved: (key) => isOpen && (!versions.has(key) || here.has(key) || denied.has(key)),
  };
}
