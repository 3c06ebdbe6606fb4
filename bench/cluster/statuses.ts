import { type Api, never, proxiesPath } from './api.ts';

interface ProxyEvent {
  readonly object: {
    readonly metadata: { readonly name?: string };
    readonly status?: { readonly currentStatus?: string };
  };
}

export interface Following {
  /** Resolves once all HTTPProxies were told of: what is begun after it shares no processor with that. */
  readonly current: Promise<void>;
  /** Resolves with the time at which the last of them was called valid. */
  readonly complete: Promise<number>;
}

/** Follows the HTTPProxies. */
export function followStatuses(api: Api, hosts: number): Following {
  const seen = new Set<string>();
  const valid = new Set<string>();
  const current = Promise.withResolvers<void>();
  const read = async (): Promise<number> => {
    const query = { watch: 'true', allowWatchBookmarks: 'true' };
    for await (const lines of api.lines(proxiesPath, { query, idleMs: 120_000, signal: never })) {
      for (const line of lines) note(JSON.parse(line) as ProxyEvent, seen, valid);
      if (seen.size >= hosts) current.resolve();
      if (valid.size >= hosts) return performance.now();
    }
    throw new Error('the API server ended the watch of statuses');
  };
  return { current: current.promise, complete: read() };
}

function note({ object: { metadata, status } }: ProxyEvent, seen: Set<string>, valid: Set<string>): void {
  if (metadata.name === undefined) return;
  seen.add(metadata.name);
  if (status?.currentStatus === 'valid') valid.add(metadata.name);
}
