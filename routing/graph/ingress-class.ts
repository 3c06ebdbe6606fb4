import { ingressClassOf } from '../objects/ingress-class.ts';
import type { HTTPProxy, Ingress } from '../objects/kubernetes-object.ts';
import type { CompileSettings } from './settings.ts';

/** Is an object ours to serve? */
export function isOurClass(object: HTTPProxy | Ingress, settings: CompileSettings): boolean {
  const name = ingressClassOf(object);
  const served = settings.ingressClassNames;
  return served.length === 0 ? name === '' || name === 'contour' : served.includes(name);
}
