import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { isRecord } from '../../kubernetes/watched.ts';

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** What was found of one namespace after the other. */
export interface Reached<Pod> {
  readonly pods: readonly Pod[];
  /** Where Pods may be listed, and where not. */
  readonly seen: readonly string[];
  readonly hidden: readonly string[];
}

export function podsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
}

/**
 * For who may not list the Pods of all namespaces: those of `namespace`, and of where Services say by their labels that
 * they lead to some. Rejects with a KubernetesError other than a refusal.
 *
 * @param client whose refusals are as the API server sent them
 * @param list the Pods at a path; null where they may not be listed
 */
export async function podsInReach<Pod>(
  client: KubernetesClient,
  namespace: string,
  selectors: readonly string[],
  list: (path: string) => Promise<readonly Pod[] | null>,
  signal: AbortSignal,
): Promise<Reached<Pod>> {
  const places = [...new Set([namespace, ...(await namespacesOfServices(client, selectors, signal))])];
  const lists = await Promise.all(places.map((place) => list(podsPath(place))));
  const isSeen = (_: string, index: number): boolean => lists[index] !== null;
  return {
    pods: lists.flatMap((pods) => pods ?? []),
    seen: places.filter(isSeen),
    hidden: places.filter((place, index) => !isSeen(place, index)),
  };
}

/** Where Services have one of these labels; none where Services may not be listed either. */
async function namespacesOfServices(
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
