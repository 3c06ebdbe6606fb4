import type { JsonObject } from '../../files/edit/json-patch.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { resources } from '../../kubernetes/resources.ts';
import { closest } from '../../routing/objects/edit-distance.ts';
import { CommandFailure, ServerFailure } from '../failure.ts';
import type { ProxyStore } from '../services/canary/store.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';
import type { Cluster } from './cluster.ts';
import { type ClusterObjects, listObjects, patchObject, readObject, type Writer } from './object-cluster.ts';

/** The HTTPProxies of a cluster. */
export function proxyCluster(cluster: Cluster, writer: Writer, signal: AbortSignal): ProxyStore {
  const look = (name: string): string => `kubectl contour canary status ${name}`;
  const objects: ClusterObjects = { cluster, writer, look, signal };
  const { HTTPProxy } = resources;
  const read = async (namespace: string, name: string): Promise<JsonObject> => {
    try {
      return await readObject(objects, HTTPProxy, namespace, name);
    } catch (error) {
      throw error instanceof ApiError ? await notFound(objects, namespace, name, error) : error;
    }
  };
  return {
    list: (namespace) => listObjects(objects, HTTPProxy, namespace),
    read: (name) => read(cluster.namespace, name),
    again: (proxy) => read(namespaceOf(proxy) ?? cluster.namespace, nameOf(proxy)),
    write: (proxy, operations, dryRun) => patchObject(objects, HTTPProxy, proxy, operations, dryRun),
  };
}

const CURRENT = 'Is it the cluster that is meant? kubectl config current-context';

/** With the names that could have been meant. */
async function notFound(
  objects: ClusterObjects,
  namespace: string,
  name: string,
  error: ApiError,
): Promise<CommandFailure> {
  if (error.reason === '' || !error.message.includes(name))
    return new CommandFailure('this cluster has no HTTPProxies: their CRD is not installed', [CURRENT], {
      cause: error,
    });
  const others = await listObjects(objects, resources.HTTPProxy, namespace).catch(() => []);
  const similar = closest(name, others.map(nameOf));
  const hints =
    similar === null ? [`List them: kubectl get httpproxies -n ${namespace}`] : [`Did you mean ${similar}?`];
  return new ServerFailure({ status: 404, reason: 'NotFound' }, error.message, hints, error);
}
