import { ApiError, type KubernetesError } from '../../kubernetes/errors.ts';

/** What a refused status write means for what comes next. */
export type WriteVerdict =
  /** It has changed since it was read. */
  | 'conflict'
  /** There is no such object any more. */
  | 'gone'
  /** The API server asks everybody to stay away for a while. */
  | 'throttled'
  /** We have no right to such a write in this namespace. */
  | 'denied'
  /** This one write is refused, and would be again. */
  | 'refused'
  /** No answer, or one that says nothing about the write. */
  | 'trouble';

/** @param verb the right that the write needs */
export function verdictOnWrite(error: KubernetesError, verb: 'patch' | 'create'): WriteVerdict {
  if (!(error instanceof ApiError)) return 'trouble';
  const { status, retryAfterMs } = error;
  if (status === 409) return 'conflict';
  if (status === 404) return 'gone';
  if (status === 429 || retryAfterMs !== null) return 'throttled';
  // What admission refuses of one object says nothing of the next.
  if (status === 403) return error.message.includes(` cannot ${verb} resource `) ? 'denied' : 'refused';
  return status >= 500 || status === 401 ? 'trouble' : 'refused';
}
