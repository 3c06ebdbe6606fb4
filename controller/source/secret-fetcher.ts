import { createBackoff } from '../../kubernetes/backoff.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import type { KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import type { SecretKey } from './secret-references.ts';

export interface SecretFetcherOptions {
  /** Null where there is none of that name. Rejects with a KubernetesError. */
  readonly get: (key: SecretKey, signal: AbortSignal) => Promise<KubernetesObject | null>;
  readonly clock: Clock;
  readonly fetched: (key: SecretKey, secret: KubernetesObject | null) => void;
  /** It could not be had for now, for the reason given: it is tried again. */
  readonly failed: (key: SecretKey, reason: string, isDenied: boolean) => void;
  readonly signal: AbortSignal;
}

/** Fetches Secrets by name, a few at a time. One that cannot be had is tried again until nobody wants it. */
export interface SecretFetcher {
  /** Once more, where it is under way: it has changed since. */
  fetch(key: SecretKey): void;
  cancel(key: SecretKey): void;
}

const atOnce = 16;
const deniedMs = 4_000;

export function createSecretFetcher(options: SecretFetcherOptions): SecretFetcher {
  const waiting = new Set<SecretKey>();
  const running = new Map<SecretKey, AbortController>();

  async function run(key: SecretKey): Promise<void> {
    const canceller = new AbortController();
    running.set(key, canceller);
    const signal = AbortSignal.any([options.signal, canceller.signal]);
    const secret = await persist(options, key, signal);
    if (signal.aborted) return;
    running.delete(key);
    options.fetched(key, secret);
    startNext();
  }

  function startNext(): void {
    for (const key of waiting) {
      if (running.size >= atOnce) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      void run(key);
    }
  }

  return {
    fetch(key) {
      waiting.add(key);
      startNext();
    },
    cancel(key) {
      waiting.delete(key);
      running.get(key)?.abort();
      running.delete(key);
      startNext();
    },
  };
}

/** Tries until there is an answer; null, too, where `signal` was aborted. */
async function persist(
  { get, clock, failed }: SecretFetcherOptions,
  key: SecretKey,
  signal: AbortSignal,
): Promise<KubernetesObject | null> {
  const backoff = createBackoff(clock);
  while (!signal.aborted) {
    try {
      return await get(key, signal);
    } catch (error) {
      if (!isKubernetesError(error)) throw error;
      if (signal.aborted) return null;
      const { status = 0, retryAfterMs = null } = error instanceof ApiError ? error : {};
      failed(key, error.message, status === 403);
      await clock.sleep((status === 403 ? deniedMs : (retryAfterMs ?? 0)) + backoff.next(error), signal);
    }
  }
  return null;
}
