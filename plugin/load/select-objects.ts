import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { listAll } from '../../kubernetes/list.ts';
import { type Resource, resources } from '../../kubernetes/resources.ts';
import { labelledNames } from '../../kubernetes/watched.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { rightOf } from '../services/rights.ts';
import type { Labels } from '../source.ts';
import { apiFailure } from './api-failure.ts';
import type { Cluster } from './cluster.ts';

const selectable = [resources.HTTPProxy, resources.Ingress] as const;

/** The objects whose labels fit, with their labels, wherever we may look; all where it is null. Rejects with CommandFailure. */
export async function selectObjects(
  cluster: Cluster,
  selector: string | null,
  signal: AbortSignal,
): Promise<ReadonlyMap<RefKey, Labels>> {
  const found = await Promise.all(selectable.map((resource) => labelsIn(cluster, resource, selector, signal)));
  return new Map(found.flat());
}

type Labelled = readonly (readonly [RefKey, Labels])[];

async function labelsIn(
  cluster: Cluster,
  resource: Resource,
  selector: string | null,
  signal: AbortSignal,
): Promise<Labelled> {
  const { namespace, raw, server } = cluster;
  const inPlace = async (place: string | null): Promise<Labelled> => {
    const { items } = await listAll(raw, labelledNames(resource, place, selector), signal);
    return [...items.values()].map(
      ({ namespace: of, name, labels }) => [refKey({ kind: resource.kind, namespace: of, name }), labels] as const,
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
