import type { KubernetesClient } from './client.ts';
import { pathOf } from './resources.ts';
import { eventOf, type WatchEvent } from './watch-events.ts';
import { acceptOf, selectorsOf, type Watched } from './watched.ts';

export interface WatchRequest {
  /** The version to go on from. */
  readonly resourceVersion: string;
  /** When the server is to end the stream, in s. */
  readonly timeoutSeconds: number;
  /** Without a byte for this long, in ms, the stream is given up. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/**
 * Events as they come, as many at a time as came together; the first, of none, says that the server has answered. What
 * came before a fault is handed over before the fault is thrown, a KubernetesError.
 */
export async function* watchFrom<T>(
  client: KubernetesClient,
  watched: Watched<T>,
  { resourceVersion, timeoutSeconds, idleMs, signal }: WatchRequest,
): AsyncGenerator<readonly WatchEvent<T>[], void, void> {
  const query = {
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(timeoutSeconds),
    resourceVersion,
    ...selectorsOf(watched),
  };
  const path = pathOf(watched.resource, watched.namespace);
  for await (const lines of client.lines(path, { query, accept: acceptOf(watched, 'watch'), idleMs, signal })) {
    const events: WatchEvent<T>[] = [];
    try {
      for (const line of lines) events.push(eventOf(line, watched));
    } catch (error) {
      yield events;
      throw error;
    }
    yield events;
  }
}
