import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { listAll } from '../../kubernetes/list.ts';
import { type Resource, resources } from '../../kubernetes/resources.ts';
import { labelledNames } from '../../kubernetes/watched.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { rightOf } from '../services/rights.ts';
import { apiFailure } from './api-failure.ts';
import type { Cluster } from './cluster.ts';

const selectable = [resources.HTTPProxy, resources.Ingress] as const;

/** The objects whose labels fit, wherever we may look. Rejects with CommandFailure. */
export async function selectObjects(cluster: Cluster, selector: string): Promise<ReadonlySet<RefKey>> {
  const found = await Promise.all(selectable.map((resource) => namesOf(cluster, resource, selector)));
  return new Set(found.flat());
}

async function namesOf(cluster: Cluster, resource: Resource, selector: string): Promise<readonly RefKey[]> {
  const { namespace, raw, server } = cluster;
  const { signal } = new AbortController();
  const inPlace = async (place: string | null): Promise<readonly RefKey[]> => {
    const { items } = await listAll(raw, labelledNames(resource, place, selector), signal);
    return [...items.values()].map((names) =>
      refKey({ kind: resource.kind, namespace: names.namespace, name: names.name }),
    );
  };
  try {
    return await inPlace(null).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 403) return inPlace(namespace);
      throw error;
    });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && resource.mayBeAbsent) return [];
    const path = `/apis/${resource.apiVersion}/namespaces/${namespace}/${resource.plural}`;
    throw isKubernetesError(error) ? apiFailure(error, server, rightOf('GET', path)) : error;
  }
}
