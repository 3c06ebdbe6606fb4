import type { KubernetesClient, RequestOptions } from '../../kubernetes/client.ts';
import { ApiError, ConnectionError } from '../../kubernetes/errors.ts';

interface StoredLease {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What becomes of a request: it is done, refused with a status, or never answered. */
export type Mood = 'well' | 'silent' | number;

/** An API server of one Lease, refusing writes over what has changed as the real one does. */
export function fakeLeases() {
  let version = 0;
  let stored: StoredLease | null = null;
  const writes: string[] = [];

  function store(body: unknown): unknown {
    const { metadata, spec } = body as StoredLease;
    version += 1;
    stored = { metadata: { ...metadata, resourceVersion: String(version) }, spec };
    return answer();
  }
  const answer = (): unknown => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', ...stored });

  function write(method: string, body: unknown): unknown {
    if (method === 'POST') {
      if (stored !== null) throw new ApiError(409, 'AlreadyExists', 'it is there');
    } else if ((body as StoredLease).metadata['resourceVersion'] !== stored?.metadata['resourceVersion'])
      throw new ApiError(409, 'Conflict', 'it has changed');
    return store(body);
  }

  async function meet(mood: Mood, { signal }: RequestOptions): Promise<void> {
    if (typeof mood === 'number') throw new ApiError(mood, '', `answered ${mood}`);
    if (mood === 'silent')
      await new Promise((_resolve, reject) => {
        const fail = (): void => reject(new ConnectionError('the request was given up'));
        if (signal.aborted) fail();
        signal.addEventListener('abort', fail, { once: true });
      });
    else if (signal.aborted) throw new ConnectionError('the request was given up');
  }

  return {
    /** The holders that were written, in order; `-` gives it back. */
    writes: writes as readonly string[],
    spec: () => stored?.spec ?? null,
    /** Somebody else writes over it. */
    overwrite: (spec: object) => void store({ metadata: stored?.metadata ?? {}, spec: { ...stored?.spec, ...spec } }),
    /** A client of its own, which `mood` says how it fares. */
    client(mood: () => Mood = () => 'well'): KubernetesClient {
      return {
        async get(_path, options) {
          await meet(mood(), options);
          if (stored === null) throw new ApiError(404, 'NotFound', 'no such lease');
          return answer();
        },
        async write(_path, options) {
          await meet(mood(), options);
          const after = write(options.method, options.body);
          const { holderIdentity } = (options.body as StoredLease).spec;
          writes.push(typeof holderIdentity === 'string' ? holderIdentity : '-');
          return after;
        },
        lines() {
          throw new Error('nothing watches a lease');
        },
      };
    },
  };
}
