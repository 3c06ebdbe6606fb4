import { apiErrorOf, BadAnswer } from './errors.ts';
import { isRecord, namesOf, typeOf, type Names, type Watched } from './watched.ts';

/** One line of a watch. https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export type WatchEvent<T> =
  /** `item` is null where the object cannot be read, and is as good as gone. */
  | { readonly type: 'put'; readonly names: Names; readonly item: T | null }
  | { readonly type: 'gone'; readonly names: Names }
  | { readonly type: 'bookmark'; readonly resourceVersion: string };

/** Throws BadAnswer for what no API server sends, ApiError for an ERROR event. */
export function eventOf<T>(line: string, watched: Watched<T>): WatchEvent<T> {
  const { type, object } = parsed(line);
  if (type === 'ERROR') throw apiErrorOf(500, object, null);
  if (!isRecord(object) || object['kind'] !== typeOf(watched).kind)
    throw new BadAnswer('the watch holds another kind of object');
  switch (type) {
    case 'BOOKMARK':
      return { type: 'bookmark', resourceVersion: versionOf(object['metadata']) };
    case 'DELETED':
      return { type: 'gone', names: namesOf(object) };
    case 'ADDED':
    case 'MODIFIED': {
      const names = namesOf(object);
      return { type: 'put', names, item: watched.read(object, names) };
    }
    default:
      throw new BadAnswer('the watch holds an event of an unknown type');
  }
}

function parsed(line: string): { readonly type?: unknown; readonly object?: unknown } {
  try {
    const event: unknown = JSON.parse(line);
    if (isRecord(event)) return event;
  } catch {
    // Said below, without a word of what it was.
  }
  throw new BadAnswer('the watch holds a line that is no event');
}

function versionOf(metadata: unknown): string {
  const version = isRecord(metadata) ? metadata['resourceVersion'] : null;
  if (typeof version === 'string' && version !== '') return version;
  throw new BadAnswer('the watch holds a bookmark without a resourceVersion');
}

/**
 * Whether `version` is later than `than`. They compare as numbers since Kubernetes 1.35; what is no number is believed.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function isLater(version: string, than: string): boolean {
  const numbers = [version, than].every((text) => /^[1-9][0-9]*$/.test(text));
  return numbers ? BigInt(version) > BigInt(than) : version !== than;
}
