import { isDnsLabel, isDnsName } from './pattern.ts';
import { invalidValue, fieldOf, pointerOf, type Place } from './place.ts';
import type { Schema, Shape } from './schema.ts';

/** What is kept of an object's metadata. */
export interface Metadata {
  readonly namespace: string;
  readonly name: string;
  readonly generation: number;
  /** RFC 3339, or null where the manifest has none (files). */
  readonly creationTimestamp: string | null;
  /** Only annotations with a meaning here; the rest is dropped while decoding. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export const metadataSchema = {
  type: 'object',
  nulls: 'absent',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    generateName: { type: 'any' },
    namespace: { type: 'string' },
    labels: { type: 'map', values: { type: 'string' } },
    annotations: { type: 'map', values: { type: 'string' } },
    generation: { type: 'integer', minimum: 0 },
    creationTimestamp: { type: 'string' },
    deletionGracePeriodSeconds: { type: 'any' },
    deletionTimestamp: { type: 'any' },
    finalizers: { type: 'any' },
    managedFields: { type: 'any' },
    ownerReferences: { type: 'any' },
    resourceVersion: { type: 'any' },
    selfLink: { type: 'any' },
    uid: { type: 'any' },
  },
} as const satisfies Schema;

/** What every kind has besides its own fields. */
export const envelope = {
  apiVersion: { type: 'any' },
  kind: { type: 'any' },
  metadata: metadataSchema,
} as const satisfies Readonly<Record<string, Schema>>;

/** Annotations that mean something to Contour or to this project begin with one of these. */
const prefixes = [
  'projectcontour.io/',
  'kubectl-contour.io/',
  'kubernetes.io/ingress.',
  'ingress.kubernetes.io/',
  'contour.heptio.com/',
];

/** Null where the object has no name that Kubernetes would take; `whole` holds the reason then. */
export function metadataOf(
  raw: Shape<typeof metadataSchema> | undefined,
  scope: 'namespaced' | 'cluster',
  whole: Place,
): Metadata | null {
  if (raw?.name === undefined) return null;
  const place = fieldOf(whole, 'metadata');
  if (raw.name.length > 253 || !isDnsName(raw.name)) {
    return invalidValue(fieldOf(place, 'name'), 'a name in lower case, digits, hyphens and dots', raw.name) ?? null;
  }
  // A namespace that is not text was reported; such an object is nobody's, and not that of `default`.
  const pointer = pointerOf(fieldOf(place, 'namespace'));
  if (scope === 'namespaced' && place.problems.some((problem) => problem.pointer === pointer)) return null;
  const namespace = scope === 'cluster' ? '' : raw.namespace || 'default';
  if (namespace !== '' && (namespace.length > 63 || !isDnsLabel(namespace))) {
    return invalidValue(fieldOf(place, 'namespace'), 'a name in lower case, digits and hyphens', namespace) ?? null;
  }
  return Object.freeze({
    namespace,
    name: raw.name,
    generation: raw.generation ?? 0,
    creationTimestamp: raw.creationTimestamp ?? null,
    annotations: meaningful(raw.annotations ?? none),
  });
}

/** One for all: an empty Map takes a quarter of a kilobyte, and most objects have none. */
const none: ReadonlyMap<string, string> = Object.freeze(new Map<string, string>());

function meaningful(annotations: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const kept = [...annotations].filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix)));
  return kept.length === 0 ? none : Object.freeze(new Map(kept));
}
