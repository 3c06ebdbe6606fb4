import { isList, valueAt } from '../../files/edit/json-patch.ts';
import type { Cluster } from './cluster.ts';
import { visible } from './visible.ts';

const NAMES_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const NAME_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** How many namespaces there are; null where we may not count them. Rejects with CommandFailure. */
export async function countNamespaces(cluster: Cluster, signal: AbortSignal): Promise<number | null> {
  const list = await visible(cluster, '/api/v1/namespaces', { query: { limit: '1' }, accept: NAMES_ONLY, signal });
  if (typeof list === 'string') return null;
  const [items, more] = [valueAt(list, '/items'), valueAt(list, '/metadata/remainingItemCount')];
  return (isList(items) ? items.length : 0) + (typeof more === 'number' ? more : 0);
}

/**
 * Whether there is one; null where we may not look. Nothing but its name is asked for, of a Secret neither. Rejects with
 * CommandFailure.
 */
export async function exists(cluster: Cluster, path: string, signal: AbortSignal): Promise<boolean | null> {
  const found = await visible(cluster, path, { accept: NAME_ONLY, signal });
  return found === 'hidden' ? null : found !== 'missing';
}
