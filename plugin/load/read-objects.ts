import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { getObject } from '../../kubernetes/get.ts';
import { listAll } from '../../kubernetes/list.ts';
import { type Resource, resources } from '../../kubernetes/resources.ts';
import { type Watched, wholeObjects } from '../../kubernetes/watched.ts';
import type { KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import type { Kind } from '../../routing/objects/ref.ts';
import { type Inclusions, notingInclusions } from './unseen-roots.ts';

/** The kinds of which every object is read. Secrets are read by name. */
const listedKinds = [
  resources.HTTPProxy,
  resources.Ingress,
  resources.TLSCertificateDelegation,
  resources.Service,
  resources.EndpointSlice,
] as const;

/** What of a kind we may read. */
export interface Reach {
  readonly resource: Resource;
  /** Null is all; empty is none. */
  readonly namespaces: readonly string[] | null;
  /** What to watch, and from when: one for all namespaces, or one for each. */
  readonly watched: readonly Watched<KubernetesObject>[];
  /** Why it is not all of it. */
  readonly refusal: ApiError | null;
}

export interface ReadObjects {
  readonly objects: readonly KubernetesObject[];
  readonly reaches: readonly Reach[];
  /** Empty where all HTTPProxies may be read: their includes say more then. Goes on to be kept up to date by `watched`. */
  readonly inclusions: Inclusions;
}

/**
 * Lists what routes, in all namespaces where that is allowed and otherwise in those that are given. Rejects with a
 * KubernetesError other than a refusal.
 */
export async function readObjects(
  client: KubernetesClient,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<ReadObjects> {
  const inclusions = new Map<string, string>();
  const inPart = (resource: Resource, namespace: string): Watched<KubernetesObject> => {
    const watched = wholeObjects(resource, namespace);
    return resource.kind === 'HTTPProxy' ? notingInclusions(watched, inclusions) : watched;
  };
  const kinds = listedKinds.map((resource) =>
    readKind(
      client,
      resource,
      namespaces.map((namespace) => inPart(resource, namespace)),
      signal,
    ),
  );
  const read = await Promise.all(kinds);
  return { objects: read.flatMap(({ objects }) => objects), reaches: read.map(({ reach }) => reach), inclusions };
}

interface ReadKind {
  readonly objects: readonly KubernetesObject[];
  readonly reach: Reach;
}

async function readKind(
  client: KubernetesClient,
  resource: Resource,
  parts: readonly Watched<KubernetesObject>[],
  signal: AbortSignal,
): Promise<ReadKind> {
  const everywhere = await readIn(client, wholeObjects(resource, null), signal);
  if (everywhere.refusal === null) {
    const { objects, watched } = everywhere;
    return { objects, reach: { resource, namespaces: null, watched: [watched], refusal: null } };
  }
  const places = await Promise.all(parts.map((part) => readIn(client, part, signal)));
  const allowed = places.filter(({ refusal }) => refusal === null);
  const watched = allowed.map((place) => place.watched);
  return {
    objects: allowed.flatMap(({ objects }) => objects),
    reach: {
      resource,
      namespaces: watched.map(({ namespace }) => namespace ?? ''),
      watched,
      refusal: everywhere.refusal,
    },
  };
}

interface ReadPlace {
  readonly watched: Watched<KubernetesObject>;
  readonly objects: readonly KubernetesObject[];
  /** Null where it was read, or the server does not know the kind, which then has no objects. */
  readonly refusal: ApiError | null;
}

async function readIn(
  client: KubernetesClient,
  watched: Watched<KubernetesObject>,
  signal: AbortSignal,
): Promise<ReadPlace> {
  try {
    const { items } = await listAll(client, watched, signal);
    return { watched, objects: [...items.values()], refusal: null };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 403) return { watched, objects: [], refusal: error };
    if (error.status === 404 && watched.resource.mayBeAbsent) return { watched, objects: [], refusal: null };
    throw error;
  }
}

/** For every kind that was read in part, in which namespaces it was. */
export function readInOf(reaches: readonly Reach[]): ReadonlyMap<Kind, ReadonlySet<string>> {
  return new Map(
    reaches.flatMap(({ resource, namespaces }) =>
      namespaces === null ? [] : [[resource.kind, new Set(namespaces)] as const],
    ),
  );
}

const atOnce = 16;
/** Each is a request; with more of them a controller is the one to ask. */
const mostSecrets = 500;

export interface ReadSecrets {
  readonly objects: readonly KubernetesObject[];
  /** Of which a Secret may not be read. */
  readonly deniedIn: ReadonlySet<string>;
}

/** @param keys `namespace/name` of each. Rejects with a KubernetesError other than a refusal. */
export async function readSecrets(
  client: KubernetesClient,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<ReadSecrets> {
  const namespaceOf = (key: string): string => key.slice(0, key.indexOf('/'));
  if (keys.length > mostSecrets) return { objects: [], deniedIn: new Set(keys.map(namespaceOf)) };
  const deniedIn = new Set<string>();
  const objects: KubernetesObject[] = [];
  const left = [...keys];
  const work = async (): Promise<void> => {
    for (let key = left.shift(); key !== undefined; key = left.shift()) {
      try {
        const secret = await getObject(client, resources.Secret, key, signal);
        if (secret !== null) objects.push(secret);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 403) throw error;
        deniedIn.add(namespaceOf(key));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { objects, deniedIn };
}
