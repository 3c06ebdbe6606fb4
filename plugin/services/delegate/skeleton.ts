import { isObject, valueAt, type JsonObject } from '../../../files/edit/json-patch.ts';
import type { ServiceRef } from '../canary/proxy.ts';

/** What a child needs to be one: it answers 503 until its team writes routes, unless a service is named. */
export function childSkeleton(
  root: JsonObject,
  child: { readonly namespace: string; readonly name: string },
  service: ServiceRef | null,
): JsonObject {
  const answer =
    service === null
      ? { directResponsePolicy: { statusCode: 503, body: 'nothing is here yet' } }
      : { services: [{ name: service.name, port: service.port ?? 80 }] };
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: child.name, namespace: child.namespace, ...classAnnotations(root) },
    // Without a condition: the prefix / below the include for /api would be /api/, and leave out /api itself.
    spec: { ...classField(root), routes: [answer] },
  };
}

/** A child of another class than its root is not looked at. */
const classKeys = ['projectcontour.io/ingress.class', 'kubernetes.io/ingress.class'];

function classAnnotations(root: JsonObject): JsonObject {
  const written = valueAt(root, '/metadata/annotations');
  const own = isObject(written) ? Object.entries(written).filter(([key]) => classKeys.includes(key)) : [];
  return own.length === 0 ? {} : { annotations: Object.fromEntries(own) };
}

function classField(root: JsonObject): JsonObject {
  const name = valueAt(root, '/spec/ingressClassName');
  return typeof name === 'string' ? { ingressClassName: name } : {};
}
