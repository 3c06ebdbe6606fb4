import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { isRecord } from '../../kubernetes/watched.ts';

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/**
 * Where Services have one of these labels, for who may not list the Pods of all namespaces; none where Services may not
 * be listed either. Rejects with a KubernetesError other than a refusal.
 *
 * @param client whose refusals are as the API server sent them
 */
export async function namespacesOfServices(
  client: KubernetesClient,
  selectors: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ask = (labelSelector: string) =>
    client.get('/api/v1/services', { query: { labelSelector }, accept: NAMES_ONLY, signal });
  try {
    return (await Promise.all(selectors.map(ask))).flatMap(namespacesIn);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}

function namespacesIn(list: unknown): readonly string[] {
  const items = isRecord(list) && Array.isArray(list['items']) ? (list['items'] as readonly unknown[]) : [];
  return items.flatMap((item) => {
    const namespace = isRecord(item) && isRecord(item['metadata']) ? item['metadata']['namespace'] : null;
    return typeof namespace === 'string' ? [namespace] : [];
  });
}
