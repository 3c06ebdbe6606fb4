import type { KubernetesClient } from '../../kubernetes/client.ts';
import { pathOf, type Resource } from '../../kubernetes/resources.ts';
import type { WriteRate } from './pace.ts';

/** One write that would make a status true. */
export interface StatusWrite {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  /** A JSON merge patch of the object, of which the API server hears `status` only. */
  readonly patch: object;
}

/** What a right to write is given for. */
export function scopeOf({ resource, namespace }: StatusWrite): string {
  return pathOf(resource, namespace);
}

/**
 * Writes it over the version that was read, where one is known. Answers the object as it is then; rejects with a
 * KubernetesError. https://datatracker.ietf.org/doc/html/rfc7386
 */
export function sendStatus(
  { client, rate }: { readonly client: KubernetesClient; readonly rate: WriteRate },
  write: StatusWrite,
  resourceVersion: string | null,
  signal: AbortSignal,
): Promise<unknown> {
  return client.write(`${scopeOf(write)}/${encodeURIComponent(write.name)}/status`, {
    method: 'PATCH',
    contentType: 'application/merge-patch+json',
    query: { fieldManager: 'contour' },
    body: { ...write.patch, ...(resourceVersion === null ? {} : { metadata: { resourceVersion } }) },
    idleMs: rate.patienceMs,
    signal,
  });
}
