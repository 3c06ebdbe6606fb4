import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError, ConnectionError } from '../../kubernetes/errors.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import type { StoredStatus } from '../../controller/status/stored-status.ts';

/** What becomes of a write: it is done, refused, lost in silence for so many ms, done after them, or told after them. */
export type Fate = 'done' | ApiError | { readonly type: 'stall' | 'slow' | 'told late'; readonly ms: number };

export interface Attempt {
  readonly key: RefKey;
  readonly at: number;
  readonly body: object;
}

interface Kept {
  readonly version: number;
  readonly status: object;
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['httpproxies', 'HTTPProxy'],
  ['ingresses', 'Ingress'],
]);

export interface FakeStatusesOptions {
  readonly clock: { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };
  readonly fate?: (key: RefKey, attempt: number) => Fate;
  /** How long a watch takes to tell, in ms; null where it never does. */
  readonly watchMs?: number | null;
  /** Fields that the stored CRD knows nothing of. */
  readonly prunes?: readonly string[];
}

/** An API server of statuses, and what a watch of them has told so far. */
export function fakeStatuses({ clock, fate = () => 'done', watchMs = 5, prunes = [] }: FakeStatusesOptions) {
  let version = 0;
  const kept = new Map<RefKey, Kept>();
  const seen = new Map<RefKey, StoredStatus>();
  const attempts: Attempt[] = [];
  const watchers: ((key: RefKey) => void)[] = [];
  const never = new AbortController().signal;

  const storedOf = ({ version: of, status }: Kept): StoredStatus => ({
    uid: 'u',
    generation: 1,
    resourceVersion: String(of),
    text: JSON.stringify(status),
  });
  function tell(key: RefKey): void {
    const now = kept.get(key);
    if (now !== undefined) seen.set(key, storedOf(now));
    for (const watcher of watchers) watcher(key);
  }
  function store(key: RefKey, status: object): void {
    version += 1;
    const left = Object.entries(status).filter(([name, value]) => value !== null && !prunes.includes(name));
    kept.set(key, { version, status: Object.fromEntries(left) });
    if (watchMs !== null) void clock.sleep(watchMs, never).then(() => tell(key));
  }

  const client: Pick<KubernetesClient, 'write'> = {
    async write(path, { body, signal, idleMs = 30_000 }) {
      const [namespace, plural = '', name] = path.split('/').slice(-4);
      const key = `${kinds.get(plural)}/${namespace}/${name}` as RefKey;
      attempts.push({ key, at: clock.now(), body: body as object });
      const becomes = fate(key, attempts.length - 1);
      if (becomes instanceof ApiError) throw becomes;
      const lateMs = becomes !== 'done' && becomes.type === 'told late' ? becomes.ms : 0;
      if (becomes !== 'done' && lateMs === 0) await clock.sleep(Math.min(becomes.ms, idleMs), signal);
      if (signal.aborted) throw new ConnectionError('the request was given up');
      if (becomes !== 'done' && becomes.type === 'stall') throw new ConnectionError('the API server sent nothing');
      const before = kept.get(key);
      if (before === undefined) throw new ApiError(404, 'NotFound', 'it is gone');
      const { status, metadata } = body as { status: object; metadata?: { resourceVersion: string } };
      if (metadata !== undefined && metadata.resourceVersion !== String(before.version))
        throw new ApiError(409, 'Conflict', 'it has changed');
      store(key, { ...before.status, ...status });
      const object = { key, ...kept.get(key) };
      if (lateMs > 0) await clock.sleep(lateMs, signal);
      return object;
    },
  };
  return {
    client: client as KubernetesClient,
    attempts: attempts as readonly Attempt[],
    stored: (key: RefKey): StoredStatus | null => seen.get(key) ?? null,
    answered(key: RefKey, object: unknown): string {
      const now = kept.get(key);
      if (now !== undefined) seen.set(key, storedOf(now));
      return JSON.stringify((object as Kept).status);
    },
    status: (key: RefKey): object | null => kept.get(key)?.status ?? null,
    /** What others write. */
    put: store,
    onChange: (watcher: (key: RefKey) => void) => void watchers.push(watcher),
  };
}
