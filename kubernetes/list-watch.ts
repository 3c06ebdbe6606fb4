import { createBackoff, type Backoff } from './backoff.ts';
import type { KubernetesClient } from './client.ts';
import type { Clock } from './clock.ts';
import { ApiError, isKubernetesError, type KubernetesError } from './errors.ts';
import { type Health, starting } from './health.ts';
import { listAll, type Listed } from './list.ts';
import { forgets, isExpired, verdictOn } from './verdict.ts';
import { watchFrom } from './watch.ts';
import { isLater, type WatchEvent } from './watch-events.ts';
import type { Watched } from './watched.ts';

export type ItemChange<T> =
  | { readonly type: 'put'; readonly item: T }
  | { readonly type: 'gone'; readonly namespace: string; readonly name: string };

export interface Timing {
  /** The server ends each watch after so many seconds, less up to a third by chance: none stays silent for longer. */
  readonly watchSeconds: number;
  /** How much later than that a silent watch is given up, in ms. */
  readonly graceMs: number;
  /** Between attempts at what is denied or absent, in ms. */
  readonly slowMs: number;
  /** Before a list that would delete most of the world is taken a second time, in ms. */
  readonly confirmMs: number;
}

export const defaultTiming: Timing = { watchSeconds: 30, graceMs: 3_000, slowMs: 4_000, confirmMs: 2_000 };

export interface ListWatchOptions<T> {
  readonly client: KubernetesClient;
  readonly watched: Watched<T>;
  readonly clock: Clock;
  readonly timing: Timing;
  /** What has changed, in order; the first call is the whole first list. `at` is when it was seen, on the clock. */
  readonly sink: (changes: readonly ItemChange<T>[], at: number) => void;
  /** Pages of the first list, before it is whole: `sink` is told all of it after that, and what of it is gone again. */
  readonly draft?: (items: readonly T[]) => void;
  readonly onHealth: (health: Health) => void;
  /** Called each time that the kind is denied: `onHealth` tells of the first. */
  readonly onDenied?: () => void;
}

/** A watch that lived this long was no failure, even where it told nothing. */
const soundWatchMs = 5_000;
const longestRetryAfterMs = 60_000;

/**
 * Follows one kind until `signal` is aborted, and resolves then. Lists, watches from there, and goes on from the last
 * version whenever the stream ends; lists anew where the server has forgotten that version (410) or says what cannot be
 * true. Whatever fails is tried again; what was delivered stays until a list or an event says that it is gone.
 */
export async function listWatch<T>(options: ListWatchOptions<T>, signal: AbortSignal): Promise<void> {
  const { clock } = options;
  const backoff = createPatience(clock);
  const health = createHealth(options.onHealth);
  const replica = createReplica(options, signal);
  while (!signal.aborted) {
    let pauseMs: number;
    let answered = false;
    const started = clock.now();
    try {
      if (await replica.ensureListed()) health.current();
      for await (const advanced of replica.watch()) {
        health.current();
        answered = true;
        if (advanced) backoff.reset();
      }
      pauseMs = clock.now() - started < soundWatchMs ? backoff.next() : 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!isKubernetesError(error)) throw error;
      if (forgets(error)) replica.forget();
      // A version that was forgotten is ordinary: the list that follows says how things are.
      if (!answered && !isExpired(error)) {
        health.fault(verdictOn(error, options.watched.resource));
        if (health.state === 'denied') options.onDenied?.();
      }
      if (clock.now() - started >= soundWatchMs) backoff.reset();
      pauseMs = pauseAfter(error, options, health.state, backoff);
    }
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
  }
}

/** That a version was forgotten is the last obstacle after an outage: no reason to wait for as long as before. */
function createPatience(clock: Clock): Backoff {
  const [faults, expiry] = [createBackoff(clock), createBackoff(clock)];
  return {
    next: (fault) => (isKubernetesError(fault) && isExpired(fault) ? expiry : faults).next(fault),
    reset() {
      faults.reset();
      expiry.reset();
    },
  };
}

function pauseAfter(
  error: KubernetesError,
  { clock, timing }: Pick<ListWatchOptions<unknown>, 'clock' | 'timing'>,
  state: Health['state'],
  backoff: Backoff,
): number {
  if (state === 'denied' || state === 'absent') return timing.slowMs * (0.75 + clock.random() / 4);
  const asked = error instanceof ApiError ? error.retryAfterMs : null;
  const pauseMs = backoff.next(error);
  return asked === null ? pauseMs : Math.min(asked, longestRetryAfterMs) + pauseMs;
}

function createHealth(onHealth: (health: Health) => void) {
  let now = starting;
  const tell = (next: Health): void => {
    if (next.synced === now.synced && next.state === now.state && next.reason === now.reason) return;
    now = next;
    onHealth(next);
  };
  return {
    get state() {
      return now.state;
    },
    current: () => tell({ synced: true, state: 'current', reason: null }),
    fault: (verdict: Omit<Health, 'synced'>) => tell({ synced: now.synced, ...verdict }),
  };
}

/** What the sink has been told, and up to which version. */
function createReplica<T>(options: ListWatchOptions<T>, signal: AbortSignal) {
  const { client, watched, clock, timing, sink, draft = () => {} } = options;
  let known: Set<string> | null = null;
  let version: string | null = null;
  const drafted = new Set<string>();

  function takePage(page: ReadonlyMap<string, T>): void {
    for (const key of page.keys()) drafted.add(key);
    draft([...page.values()]);
  }

  function take(events: readonly WatchEvent<T>[], held: Set<string>): boolean {
    const before = version;
    const changes = events.map((event) => changeOf(event, held)).filter((change) => change !== null);
    for (const event of events) version = versionAfter(event, version ?? '');
    if (changes.length > 0) sink(changes, clock.now());
    return version !== before;
  }

  return {
    forget(): void {
      version = null;
    },
    /** Answers whether there was a list to take. */
    async ensureListed(): Promise<boolean> {
      if (version !== null) return false;
      let listed = await listAll(client, watched, signal, known === null ? takePage : undefined);
      if (known !== null && dropsMost(known, listed)) {
        await clock.sleep(timing.confirmMs, signal);
        listed = await listAll(client, watched, signal);
      }
      const changes = changesBetween(known ?? drafted, listed);
      [known, version] = [new Set(listed.items.keys()), listed.resourceVersion];
      drafted.clear();
      sink(changes, clock.now());
      return true;
    },
    /** Yields whether each step brought anything new. */
    async *watch(): AsyncGenerator<boolean, void, void> {
      const timeoutSeconds = Math.ceil(timing.watchSeconds * (1 - clock.random() / 3));
      const idleMs = timeoutSeconds * 1000 + timing.graceMs;
      const request = { resourceVersion: version ?? '', timeoutSeconds, idleMs, signal };
      for await (const events of watchFrom(client, watched, request)) yield take(events, known ?? new Set());
    },
  };
}

function versionAfter(event: WatchEvent<unknown>, version: string): string {
  if (event.type !== 'bookmark') return event.names.resourceVersion;
  // A bookmark that goes back would tell old events anew.
  return isLater(event.resourceVersion, version) ? event.resourceVersion : version;
}

function changeOf<T>(event: WatchEvent<T>, known: Set<string>): ItemChange<T> | null {
  if (event.type === 'bookmark') return null;
  const { namespace, name } = event.names;
  const key = `${namespace}/${name}`;
  if (event.type === 'put' && event.item !== null) {
    known.add(key);
    return { type: 'put', item: event.item };
  }
  return known.delete(key) ? { type: 'gone', namespace, name } : null;
}

/** A mistake of a server's or a proxy's should not take half the world down; a person's deletion is as true a moment later. */
function dropsMost(known: ReadonlySet<string>, { items }: Listed<unknown>): boolean {
  if (known.size < 20) return false;
  const left = [...known].filter((key) => items.has(key)).length;
  return left < known.size / 2;
}

function changesBetween<T>(known: ReadonlySet<string>, { items }: Listed<T>): readonly ItemChange<T>[] {
  const gone = [...known].filter((key) => !items.has(key));
  return [
    ...gone.map((key): ItemChange<T> => {
      const [namespace = '', name = ''] = key.split('/');
      return { type: 'gone', namespace, name };
    }),
    ...[...items.values()].map((item): ItemChange<T> => ({ type: 'put', item })),
  ];
}
