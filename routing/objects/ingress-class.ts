import type { HTTPProxy, Ingress } from './kubernetes-object.ts';

/** The class that an object asks for, empty for none. Annotations win over `spec.ingressClassName`, as in Contour. */
export function ingressClassOf({ metadata, spec }: Pick<HTTPProxy | Ingress, 'metadata' | 'spec'>): string {
  const { annotations } = metadata;
  return (
    annotations.get('projectcontour.io/ingress.class') ||
    annotations.get('kubernetes.io/ingress.class') ||
    spec.ingressClassName ||
    ''
  );
}
