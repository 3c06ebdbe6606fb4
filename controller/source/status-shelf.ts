import type { Clock } from '../../kubernetes/clock.ts';
import { isLater } from '../../kubernetes/watch-events.ts';
import { isRecord, type Watched } from '../../kubernetes/watched.ts';
import type { KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import { type StoredStatus, storedStatusOf } from '../status/stored-status.ts';

/** The statuses that the API server holds, as watches and answers told them: beside the world, and never part of it. */
export interface StatusShelf {
  get(key: RefKey): StoredStatus | null;
  /** As a list or a watch has it. */
  put(key: RefKey, stored: StoredStatus): void;
  drop(key: RefKey): void;
  /**
   * As the answer to a write has it, which comes before the watch tells. Answers the status in it as text, be it what is
   * stored by now or not.
   */
  answered(key: RefKey, object: unknown): string;
  /** Called for each that was put or dropped; returns how to stop listening. */
  onChange(listener: (key: RefKey) => void): () => void;
}

/** An object, and the status it came with. */
export interface WithStatus {
  readonly object: KubernetesObject;
  readonly stored: StoredStatus;
}

export function withStatus(watched: Watched<KubernetesObject>): Watched<WithStatus> {
  return {
    ...watched,
    read(raw, names) {
      const object = watched.read(raw, names);
      return object === null ? null : { object, stored: storedStatusOf(raw) };
    },
  };
}

/** For so long after an answer a watch may still tell of what was before, in ms. */
const watchLagMs = 5_000;

export function createStatusShelf({ now }: Pick<Clock, 'now'>): StatusShelf {
  const statuses = new Map<RefKey, StoredStatus>();
  const answers = new Map<RefKey, number>();
  const listeners = new Set<(key: RefKey) => void>();
  const tell = (key: RefKey): void => listeners.forEach((listener) => listener(key));

  function isOutdated(key: RefKey, { resourceVersion }: StoredStatus): boolean {
    const answeredAt = answers.get(key);
    if (answeredAt === undefined) return false;
    const known = statuses.get(key)?.resourceVersion ?? '';
    if (now() - answeredAt < watchLagMs && isLater(known, resourceVersion)) return true;
    answers.delete(key);
    return false;
  }

  return {
    get: (key) => statuses.get(key) ?? null,
    put(key, stored) {
      if (isOutdated(key, stored)) return;
      statuses.set(key, stored);
      tell(key);
    },
    drop(key) {
      statuses.delete(key);
      answers.delete(key);
      tell(key);
    },
    answered(key, object) {
      const before = statuses.get(key);
      const stored = isRecord(object) ? storedStatusOf(object) : null;
      if (stored === null) return '';
      // Gone meanwhile, made anew or changed again: a watch has said so already.
      if (before?.uid === stored.uid && isLater(stored.resourceVersion, before.resourceVersion)) {
        statuses.set(key, stored);
        answers.set(key, now());
      }
      return stored.text;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
