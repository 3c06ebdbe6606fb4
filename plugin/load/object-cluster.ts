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
import { ApiError } from '../../kubernetes/errors.ts';
import { pathOf, type Resource, resources } from '../../kubernetes/resources.ts';
import { CommandFailure } from '../failure.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';
import type { ObjectStore, WritableKind } from '../services/change/object-store.ts';
import type { DryRun, Written } from '../services/change/written.ts';
import { rightOf } from '../services/rights.ts';
import { apiFailure } from './api-failure.ts';
import type { Cluster } from './cluster.ts';
import { writeFailure } from './write-failure.ts';

/** As whom, and how strictly, is written. */
export interface Writer {
  readonly fieldManager: string;
  /** Null is what the API server does by itself. */
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore' | null;
}

/** How objects of a cluster are asked for and written. */
export interface ClusterObjects {
  readonly cluster: Cluster;
  readonly writer: Writer;
  /** What to type to see whether a write came through that nobody confirmed. */
  look(name: string): string;
  readonly signal: AbortSignal;
}

export function objectCluster(objects: ClusterObjects): ObjectStore {
  return {
    read: async ({ kind, namespace, name }) => {
      try {
        return await readObject(objects, resources[kind], namespace, name);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    list: (kind, namespace) => listObjects(objects, resources[kind], namespace),
    create: (object, dryRun) => createObject(objects, object, dryRun),
    patch: (object, operations, dryRun) => patchObject(objects, resourceOf(object), object, operations, dryRun),
  };
}

function resourceOf({ kind }: JsonObject): Resource {
  return resources[kind as WritableKind];
}

function pathIn(resource: Resource, namespace: string, name: string): string {
  return `${pathOf(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** Rejects with ApiError where there is none, and with CommandFailure where it cannot be read. */
export async function readObject(
  { cluster, signal }: ClusterObjects,
  resource: Resource,
  namespace: string,
  name: string,
): Promise<JsonObject> {
  const path = pathIn(resource, namespace, name);
  try {
    return objectOf(await cluster.raw.get(path, { signal }), resource, path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) throw error;
    throw apiFailure(error, cluster.server, rightOf('GET', path));
  }
}

/** Rejects with CommandFailure. */
export async function listObjects(
  { cluster, signal }: ClusterObjects,
  resource: Resource,
  namespace: string | null,
): Promise<readonly JsonObject[]> {
  const path = pathOf(resource, namespace);
  const items: JsonObject[] = [];
  for (let next = ''; ;) {
    const query = { limit: '500', ...(next === '' ? {} : { continue: next }) };
    let page: Json;
    try {
      page = (await cluster.client.get(path, { query, signal })) as Json;
    } catch (error) {
      throw apiFailure(error, cluster.server, rightOf('GET', path));
    }
    const found = valueAt(page, '/items');
    // The items of a list do not repeat what they are.
    const { apiVersion, kind } = resource;
    if (isList(found)) items.push(...found.filter(isObject).map((item) => ({ ...item, apiVersion, kind })));
    const more = valueAt(page, '/metadata/continue');
    if (typeof more !== 'string' || more === '' || more === next) return items;
    next = more;
  }
}

async function createObject(objects: ClusterObjects, object: JsonObject, dryRun: DryRun): Promise<Written> {
  if (dryRun === 'client') return { type: 'written', object };
  const { cluster, writer, signal } = objects;
  const resource = resourceOf(object);
  const path = pathOf(resource, namespaceOf(object) ?? cluster.namespace);
  const options = { method: 'POST', body: object, query: queryOf(writer, dryRun), signal } as const;
  return persist(objects, object, path, 'POST', async () =>
    objectOf(await cluster.raw.write(path, options), resource, path),
  );
}

/** Rejects with CommandFailure. */
export async function patchObject(
  objects: ClusterObjects,
  resource: Resource,
  object: JsonObject,
  operations: readonly PatchOperation[],
  dryRun: DryRun,
): Promise<Written> {
  if (dryRun === 'client') return { type: 'written', object: patchedHere(object, operations) };
  const { cluster, writer, signal } = objects;
  const path = pathIn(resource, namespaceOf(object) ?? cluster.namespace, nameOf(object));
  const options = {
    method: 'PATCH',
    body: operations,
    contentType: 'application/json-patch+json',
    query: queryOf(writer, dryRun),
    signal,
  } as const;
  return persist(objects, object, path, 'PATCH', async () =>
    objectOf(await cluster.raw.write(path, options), resource, path),
  );
}

function queryOf({ fieldManager, fieldValidation }: Writer, dryRun: DryRun): Readonly<Record<string, string>> {
  const validation = fieldValidation === null ? {} : { fieldValidation };
  return { fieldManager, ...validation, ...(dryRun === 'server' ? { dryRun: 'All' } : {}) };
}

/** Waits where the API server asks for it; whatever else is in the way is said. */
async function persist(
  objects: ClusterObjects,
  object: JsonObject,
  path: string,
  method: string,
  write: () => Promise<JsonObject>,
): Promise<Written> {
  for (let waits = 0; ; waits += 1) {
    try {
      return { type: 'written', object: await write() };
    } catch (error) {
      if (isConflict(error)) return { type: 'conflict', message: error.message };
      if (!(error instanceof ApiError && error.status === 429) || waits === MOST_WAITS)
        throw writeFailure(objects, error, method, path, object);
      await pause(Math.min(error.retryAfterMs ?? 1000, LONGEST_WAIT_MS), undefined, { signal: objects.signal });
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

function patchedHere(object: JsonObject, operations: readonly PatchOperation[]): JsonObject {
  const patched = applyPatch(object, operations);
  if (patched.type === 'patched' && isObject(patched.value)) return patched.value;
  throw new Error('a patch does not fit the object it was planned for');
}

function objectOf(raw: unknown, { kind }: Resource, path: string): JsonObject {
  const value = raw as Json;
  if (isObject(value) && value['kind'] === kind) return value;
  throw new CommandFailure(`the answer to ${path} is no ${kind}`);
}
