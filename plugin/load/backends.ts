import { isList, isObject, valueAt, type Json } from '../../files/edit/json-patch.ts';
import { pathOf, resources } from '../../kubernetes/resources.ts';
import { countEndpoints, type Backend } from '../services/canary/backends.ts';
import { type Right, rightOf } from '../services/rights.ts';
import type { Cluster } from './cluster.ts';
import { visible } from './visible.ts';

/** What answers for Services, as far as we may look. */
export interface SeenBackends {
  readonly backends: ReadonlyMap<string, Backend>;
  /** For want of these some of it is unknown. */
  readonly missing: readonly Right[];
}

/** What answers for the Services of a namespace. Rejects with CommandFailure. */
export async function readBackends(
  cluster: Cluster,
  namespace: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<SeenBackends> {
  const missing = new Map<string, Right>();
  const look: Look = async (path, query) => {
    const seen = await visible(cluster, path, { query, signal });
    const right = seen === 'hidden' ? rightOf('GET', path) : null;
    if (right !== null) missing.set(right.resource, { ...right, name: null });
    return seen;
  };
  const distinct = [...new Set(names)];
  const backends = await Promise.all(distinct.map((name) => readBackend(look, namespace, name)));
  return {
    backends: new Map(distinct.map((name, index) => [name, backends[index] ?? { type: 'unknown' }])),
    missing: [...missing.values()],
  };
}

type Look = (path: string, query: Readonly<Record<string, string>>) => ReturnType<typeof visible>;

async function readBackend(look: Look, namespace: string, name: string): Promise<Backend> {
  const services = pathOf(resources.Service, namespace);
  const selector = { labelSelector: `kubernetes.io/service-name=${name}` };
  const [service, slices] = await Promise.all([
    look(`${services}/${encodeURIComponent(name)}`, {}),
    look(pathOf(resources.EndpointSlice, namespace), selector),
  ]);
  if (service === 'missing') {
    const all = await look(services, {});
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
