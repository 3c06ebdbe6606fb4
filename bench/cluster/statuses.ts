import { type Api, never, proxiesPath } from './api.ts';

interface ProxyEvent {
  readonly object: {
    readonly metadata: { readonly name?: string; readonly generation?: number };
    readonly status?: { readonly currentStatus?: string; readonly observedGeneration?: number };
  };
}

export interface Following {
  /** Resolves once all HTTPProxies were told of: what is begun after it shares no processor with that. */
  readonly current: Promise<void>;
  /** Resolves with the time at which the last of them was called valid. */
  readonly complete: Promise<number>;
  /** Of each edit meanwhile, in ms: from when it was told of until its status was. */
  readonly told: readonly number[];
}

/** Follows the HTTPProxies. */
export function followStatuses(api: Api, hosts: number): Following {
  const seen = new Set<string>();
  const valid = new Set<string>();
  const current = Promise.withResolvers<void>();
  const edits = createEdits();
  const read = async (): Promise<number> => {
    const query = { watch: 'true', allowWatchBookmarks: 'true' };
    for await (const lines of api.lines(proxiesPath, { query, idleMs: 120_000, signal: never })) {
      for (const event of lines.map((line) => JSON.parse(line) as ProxyEvent)) {
        note(event, seen, valid);
        edits.note(event);
      }
      if (seen.size >= hosts) current.resolve();
      if (valid.size >= hosts) return performance.now();
    }
    throw new Error('the API server ended the watch of statuses');
  };
  return { current: current.promise, complete: read(), told: edits.told };
}

/** Edits whose status is not there yet, by the name of the object. */
function createEdits() {
  const waiting = new Map<string, { readonly generation: number; readonly since: number }>();
  const told: number[] = [];
  return {
    told,
    note({ object: { metadata, status } }: ProxyEvent): void {
      const { name = '', generation = 1 } = metadata;
      const edit = waiting.get(name);
      if ((status?.observedGeneration ?? 0) >= generation) {
        if (edit !== undefined) told.push(performance.now() - edit.since);
        waiting.delete(name);
      } else if (generation > (edit?.generation ?? 1)) {
        waiting.set(name, { generation, since: performance.now() });
      }
    },
  };
}

function note({ object: { metadata, status } }: ProxyEvent, seen: Set<string>, valid: Set<string>): void {
  if (metadata.name === undefined) return;
  seen.add(metadata.name);
  if (status?.currentStatus === 'valid') valid.add(metadata.name);
}
