import { decode } from '../routing/objects/decode.ts';
import type { KubernetesObject } from '../routing/objects/kubernetes-object.ts';
import { BadAnswer } from './errors.ts';
import type { Resource } from './resources.ts';

export type RawObject = Readonly<Record<string, unknown>>;

/** The names every object has. `namespace` is empty for cluster-scoped kinds. */
export interface Names {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

/** What is listed and watched, and what is kept of it. */
export interface Watched<T> {
  readonly resource: Resource;
  /** Null is every namespace. */
  readonly namespace: string | null;
  readonly fieldSelector: string | null;
  /** Of every object where it is left out. */
  readonly labelSelector?: string;
  /** Ask for names only (PartialObjectMetadata): no data leaves the API server. */
  readonly namesOnly: boolean;
  /** What is kept of an object; null where it cannot be read at all. */
  read(raw: RawObject, names: Names): T | null;
}

/** Every object of a kind, decoded. */
export function wholeObjects(resource: Resource, namespace: string | null): Watched<KubernetesObject> {
  const { kind, apiVersion } = resource;
  return {
    resource,
    namespace,
    fieldSelector: null,
    namesOnly: false,
    read(raw) {
      // The items of a list do not repeat what they are.
      const decoded = decode({ ...raw, apiVersion, kind });
      return decoded.type === 'object' ? decoded.object : null;
    },
  };
}

/**
 * Which Secrets there are, and in which version. Their bytes are not asked for, and those that Helm and service
 * accounts fill are not even named.
 */
export function secretNames(resource: Resource, namespace: string | null): Watched<Names> {
  return {
    resource,
    namespace,
    fieldSelector: 'type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token',
    namesOnly: true,
    read: (_raw, { namespace: of, name, resourceVersion }) => ({ namespace: of, name, resourceVersion }),
  };
}

export interface LabelledNames extends Names {
  readonly labels: ReadonlyMap<string, string>;
}

/** The objects whose labels fit, with their labels; all where the selector is null. */
export function labelledNames(
  resource: Resource,
  namespace: string | null,
  labelSelector: string | null,
): Watched<LabelledNames> {
  return {
    resource,
    namespace,
    fieldSelector: null,
    ...(labelSelector === null ? {} : { labelSelector }),
    namesOnly: true,
    read: (raw, names) => ({ ...names, labels: labelsOf(raw) }),
  };
}

function labelsOf({ metadata }: RawObject): ReadonlyMap<string, string> {
  const labels = isRecord(metadata) && isRecord(metadata['labels']) ? metadata['labels'] : {};
  return new Map(Object.entries(labels).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}

/** The selectors of a request. */
export function selectorsOf({ fieldSelector, labelSelector }: Watched<unknown>): Readonly<Record<string, string>> {
  return {
    ...(fieldSelector === null ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

export function isRecord(value: unknown): value is RawObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws BadAnswer where this is no object with a name and a version. */
export function namesOf(raw: unknown): Names {
  const metadata = isRecord(raw) && isRecord(raw['metadata']) ? raw['metadata'] : {};
  const { namespace = '', name, resourceVersion } = metadata;
  if (typeof name !== 'string' || name === '' || typeof namespace !== 'string')
    throw new BadAnswer('the answer holds something without a name');
  if (typeof resourceVersion !== 'string' || resourceVersion === '')
    throw new BadAnswer('the answer holds something without a resourceVersion');
  return { namespace, name, resourceVersion };
}

/** What the server calls the objects, one by one or as a list. */
export function typeOf({ resource, namesOnly }: Watched<unknown>): {
  readonly apiVersion: string;
  readonly kind: string;
} {
  return namesOnly ? { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' } : resource;
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
export function acceptOf({ namesOnly }: Watched<unknown>, form: 'list' | 'watch'): string {
  if (!namesOnly) return 'application/json';
  return `application/json;as=PartialObjectMetadata${form === 'list' ? 'List' : ''};g=meta.k8s.io;v=v1`;
}
