import { ApiError, BadAnswer, type KubernetesError } from './errors.ts';
import type { Health } from './health.ts';
import type { Resource } from './resources.ts';

/** What a refusal says of a kind. */
export function verdictOn(
  error: KubernetesError,
  { apiVersion, plural, mayBeAbsent }: Resource,
): Omit<Health, 'synced'> {
  const status = error instanceof ApiError ? error.status : null;
  if (status === 403) return { state: 'denied', reason: error.message };
  if (status === 404 && mayBeAbsent)
    return { state: 'absent', reason: `the API server does not know ${plural} of ${apiVersion}` };
  return { state: 'failing', reason: error.message };
}

/** Whether the version that we hold is worth nothing after this, so that only a new list helps. */
export function forgets(error: KubernetesError): boolean {
  if (error instanceof BadAnswer) return true;
  if (!(error instanceof ApiError)) return false;
  // 504 is how the server says that a version is later than all it knows.
  if (error.status >= 500) return error.status === 504;
  return ![401, 403, 429].includes(error.status);
}

/** 410: the server remembers a few minutes of history. */
export function isExpired(error: KubernetesError): boolean {
  return error instanceof ApiError && error.status === 410;
}
