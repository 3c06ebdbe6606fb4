import { setTimeout as pause } from 'node:timers/promises';
import {
  applyPatch,
  isList,
  isObject,
  valueAt,
  type Json,
  type JsonObject,
  type PatchOperation,
} from '../../files/edit/json-patch.ts';
import { ApiError, isKubernetesError } from '../../kubernetes/errors.ts';
import { pathOf, resources } from '../../kubernetes/resources.ts';
import { closest } from '../../routing/objects/edit-distance.ts';
import { CommandFailure, ServerFailure } from '../failure.ts';
import type { ProxyStore } from '../services/canary/store.ts';
import type { DryRun, Written } from '../services/change/written.ts';
import { rightOf } from '../services/rights.ts';
import { apiFailure } from './api-failure.ts';
import type { Cluster } from './cluster.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';

/** As kubectl names who writes. */
export const FIELD_MANAGER = 'kubectl-contour';

/** The HTTPProxies of a cluster. */
export function proxyCluster(cluster: Cluster, fieldManager: string, signal: AbortSignal): ProxyStore {
  const read = async (namespace: string, name: string): Promise<JsonObject> => {
    const path = pathIn(namespace, name);
    try {
      return objectOf(await cluster.client.get(path, { signal }), path);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404)
        throw await notFound(cluster, namespace, name, error, signal);
      throw failureOf(cluster, error, 'GET', path);
    }
  };
  return {
    list: (namespace) => listProxies(cluster, namespace, signal),
    read: (name) => read(cluster.namespace, name),
    again: (proxy) => read(namespaceOf(proxy) ?? cluster.namespace, nameOf(proxy)),
    async write(proxy, operations, dryRun) {
      if (dryRun === 'client') return { type: 'written', object: patchedHere(proxy, operations) };
      return patch(cluster, proxy, operations, dryRun, fieldManager, signal);
    },
  };
}

function pathIn(namespace: string, name: string): string {
  return `${pathOf(resources.HTTPProxy, namespace)}/${encodeURIComponent(name)}`;
}

async function listProxies(
  cluster: Cluster,
  namespace: string | null,
  signal: AbortSignal,
): Promise<readonly JsonObject[]> {
  const path = pathOf(resources.HTTPProxy, namespace);
  const items: JsonObject[] = [];
  for (let next = ''; ;) {
    const query = { limit: '500', ...(next === '' ? {} : { continue: next }) };
    let page: Json;
    try {
      page = (await cluster.client.get(path, { query, signal })) as Json;
    } catch (error) {
      throw failureOf(cluster, error, 'GET', path);
    }
    const found = valueAt(page, '/items');
    if (isList(found)) items.push(...found.filter(isObject));
    const more = valueAt(page, '/metadata/continue');
    if (typeof more !== 'string' || more === '' || more === next) return items;
    next = more;
  }
}

/** With the names that could have been meant. */
async function notFound(
  cluster: Cluster,
  namespace: string,
  name: string,
  error: ApiError,
  signal: AbortSignal,
): Promise<CommandFailure> {
  if (error.reason === '' || !error.message.includes(name))
    return new CommandFailure('this cluster has no HTTPProxies: their CRD is not installed', [], { cause: error });
  const others = await listProxies(cluster, namespace, signal).catch(() => []);
  const similar = closest(name, others.map(nameOf));
  const hints =
    similar === null ? [`List them: kubectl get httpproxies -n ${namespace}`] : [`Did you mean ${similar}?`];
  return new ServerFailure({ status: 404, reason: 'NotFound' }, error.message, hints, error);
}

async function patch(
  cluster: Cluster,
  proxy: JsonObject,
  operations: readonly PatchOperation[],
  dryRun: DryRun,
  fieldManager: string,
  signal: AbortSignal,
): Promise<Written> {
  const path = pathIn(namespaceOf(proxy) ?? cluster.namespace, nameOf(proxy));
  const query = { fieldManager, ...(dryRun === 'server' ? { dryRun: 'All' } : {}) };
  const options = {
    method: 'PATCH',
    body: operations,
    contentType: 'application/json-patch+json',
    query,
    signal,
  } as const;
  for (let waits = 0; ; waits += 1) {
    try {
      return { type: 'written', object: objectOf(await cluster.raw.write(path, options), path) };
    } catch (error) {
      if (isConflict(error)) return { type: 'conflict', message: error.message };
      if (!(error instanceof ApiError && error.status === 429) || waits === MOST_WAITS)
        throw writeFailure(cluster, error, path, proxy);
      await pause(Math.min(error.retryAfterMs ?? 1000, LONGEST_WAIT_MS), undefined, { signal });
    }
  }
}

const MOST_WAITS = 3;
const LONGEST_WAIT_MS = 5000;

/** A test of the patch that fails is 422 without a reason; what validation refuses has one. */
function isConflict(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  return error.status === 409 || (error.status === 422 && !isInvalid(error));
}

/** https://github.com/kubernetes/apimachinery/blob/master/pkg/apis/meta/v1/types.go: StatusReasonInvalid */
function isInvalid({ reason, message }: ApiError): boolean {
  return reason === 'Invalid' && !message.includes('the server rejected our request');
}

function writeFailure(cluster: Cluster, error: unknown, path: string, proxy: JsonObject): unknown {
  if (!isKubernetesError(error)) return error;
  const name = nameOf(proxy);
  if (!(error instanceof ApiError)) {
    const message = `${cluster.server}: ${error.message}: it is not known whether ${name} was changed`;
    return new CommandFailure(message, [LOOK(name)], { cause: error });
  }
  const { status } = error;
  if (status === 404)
    return new ServerFailure({ status, reason: 'NotFound' }, `${error.message}: it was deleted in between`, [], error);
  if (status === 429)
    return new ServerFailure(
      error,
      `${error.message}: nothing was changed`,
      ['The API server is busy: try again later.'],
      error,
    );
  if (status >= 500)
    return new ServerFailure(
      error,
      `${error.message}: it is not known whether ${name} was changed`,
      [LOOK(name)],
      error,
    );
  return apiFailure(error, cluster.server, rightOf('PATCH', path));
}

const LOOK = (name: string): string => `Look before you try again: kubectl contour canary status ${name}`;

function failureOf(cluster: Cluster, error: unknown, method: string, path: string): unknown {
  return apiFailure(error, cluster.server, rightOf(method, path));
}

function patchedHere(proxy: JsonObject, operations: readonly PatchOperation[]): JsonObject {
  const patched = applyPatch(proxy, operations);
  if (patched.type === 'patched' && isObject(patched.value)) return patched.value;
  throw new Error('a patch does not fit the object it was planned for');
}

function objectOf(raw: unknown, path: string): JsonObject {
  const value = raw as Json;
  if (isObject(value) && value['kind'] === 'HTTPProxy') return value;
  throw new CommandFailure(`the answer to ${path} is no HTTPProxy`);
}
