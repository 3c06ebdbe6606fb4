import { isList, isObject, valueAt, type Json, type JsonObject } from '../../files/edit/json-patch.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { pathOf, resources } from '../../kubernetes/resources.ts';
import { countEndpoints, type Backend } from '../services/canary/backends.ts';
import type { Cluster } from './cluster.ts';

/** What answers for the Services of a namespace. What we may not see is unknown. Rejects with CommandFailure. */
export async function readBackends(
  cluster: Cluster,
  namespace: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Backend>> {
  const distinct = [...new Set(names)];
  const backends = await Promise.all(distinct.map((name) => readBackend(cluster, namespace, name, signal)));
  return new Map(distinct.map((name, index) => [name, backends[index] ?? { type: 'unknown' }]));
}

async function readBackend(cluster: Cluster, namespace: string, name: string, signal: AbortSignal): Promise<Backend> {
  const services = pathOf(resources.Service, namespace);
  const selector = { labelSelector: `kubernetes.io/service-name=${name}` };
  const [service, slices] = await Promise.all([
    visible(cluster, `${services}/${encodeURIComponent(name)}`, {}, signal),
    visible(cluster, pathOf(resources.EndpointSlice, namespace), selector, signal),
  ]);
  if (service === 'missing') {
    const all = await visible(cluster, services, {}, signal);
    return { type: 'missing', others: typeof all === 'string' ? [] : namesIn(all) };
  }
  if (typeof service === 'string' && typeof slices === 'string') return { type: 'unknown' };
  const isElsewhere = typeof service !== 'string' && valueAt(service, '/spec/type') === 'ExternalName';
  const items = typeof slices === 'string' ? undefined : valueAt(slices, '/items');
  return { type: 'found', endpoints: !isElsewhere && isList(items) ? countEndpoints(items) : null };
}

function namesIn(list: Json): readonly string[] {
  const items = valueAt(list, '/items');
  const names = (isList(items) ? items : []).filter(isObject).map((item) => valueAt(item, '/metadata/name'));
  return names.filter((name) => typeof name === 'string');
}

async function visible(
  cluster: Cluster,
  path: string,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<JsonObject | 'missing' | 'hidden'> {
  try {
    return (await cluster.raw.get(path, { query, signal })) as JsonObject;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return 'missing';
    if (error instanceof ApiError) return 'hidden';
    throw error;
  }
}
