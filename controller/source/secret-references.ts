import { isOurClass } from '../../routing/graph/ingress-class.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { KubernetesObject } from '../../routing/objects/kubernetes-object.ts';

/** `namespace/name` of a Secret. */
export type SecretKey = string & { readonly __brand: 'SecretKey' };

export function secretKey({ namespace, name }: { readonly namespace: string; readonly name: string }): SecretKey {
  return `${namespace}/${name}` as SecretKey;
}

/**
 * The Secrets that an object of our class asks for and may have. Those of another namespace are nobody's, as long as
 * routing serves no certificate delegation (routing/graph/tls.ts).
 */
export function secretsNamedBy(object: KubernetesObject, settings: CompileSettings): readonly SecretKey[] {
  const { namespace } = object.metadata;
  const names = writtenIn(object, settings).map((name) => (name.includes('/') ? name : `${namespace}/${name}`));
  return [...new Set(names)].filter((name) => name.startsWith(`${namespace}/`) && !name.endsWith('/')) as SecretKey[];
}

function writtenIn(object: KubernetesObject, settings: CompileSettings): readonly string[] {
  if (object.kind === 'Ingress')
    return isOurClass(object, settings) ? object.spec.tls.map(({ secretName }) => secretName) : [];
  if (object.kind !== 'HTTPProxy' || !isOurClass(object, settings)) return [];
  const { rootNamespaces } = settings;
  if (rootNamespaces.length > 0 && !rootNamespaces.includes(object.metadata.namespace)) return [];
  const { secretName } = object.spec.virtualhost?.tls ?? {};
  return secretName === undefined ? [] : [secretName];
}
