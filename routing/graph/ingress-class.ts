import type { HTTPProxy, Ingress } from '../objects/kubernetes-object.ts';
import type { CompileSettings } from './settings.ts';

/** Is an object ours to serve? Annotations win over `spec.ingressClassName`, as in Contour. */
export function isOurClass(object: HTTPProxy | Ingress, settings: CompileSettings): boolean {
  const { annotations } = object.metadata;
  const name =
    annotations.get('projectcontour.io/ingress.class') ||
    annotations.get('kubernetes.io/ingress.class') ||
    object.spec.ingressClassName ||
    '';
  const served = settings.ingressClassNames;
  return served.length === 0 ? name === '' || name === 'contour' : served.includes(name);
}
