import { type Api, never, proxiesPath } from './api.ts';

interface ProxyEvent {
  readonly object: {
    readonly metadata: { readonly name?: string };
    readonly status?: { readonly currentStatus?: string };
  };
}

/** Follows the HTTPProxies. `complete` resolves with the time at which the last of them was called valid. */
export function followStatuses(api: Api, hosts: number): { readonly complete: Promise<number> } {
  const valid = new Set<string>();
  const read = async (): Promise<number> => {
    const query = { watch: 'true', allowWatchBookmarks: 'true' };
    for await (const lines of api.lines(proxiesPath, { query, idleMs: 120_000, signal: never })) {
      for (const line of lines) note(JSON.parse(line) as ProxyEvent, valid);
      if (valid.size >= hosts) return performance.now();
    }
    throw new Error('the API server ended the watch of statuses');
  };
  return { complete: read() };
}

function note({ object: { metadata, status } }: ProxyEvent, valid: Set<string>): void {
  if (metadata.name !== undefined && status?.currentStatus === 'valid') valid.add(metadata.name);
}
