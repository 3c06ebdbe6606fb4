import type { SecureHost } from '../../routing/graph/graph.ts';
import { isOurClass } from '../../routing/graph/ingress-class.ts';
import { ingressSecret } from '../../routing/graph/ingress-tls.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import { secretNamed } from '../../routing/graph/tls.ts';
import type { KubernetesObject } from '../../routing/objects/kubernetes-object.ts';

/** `namespace/name` of a Secret. */
export type SecretKey = string & { readonly __brand: 'SecretKey' };

export function secretKey({ namespace, name }: { readonly namespace: string; readonly name: string }): SecretKey {
  return `${namespace}/${name}` as SecretKey;
}

/** Whether a Secret lives in a namespace. */
export function isOfNamespace(key: SecretKey, namespace: string): boolean {
  return key.startsWith(`${namespace}/`);
}

/** The Secrets that an object of our class asks for, whoever they belong to. */
export function secretsNamedBy(object: KubernetesObject, settings: CompileSettings): readonly SecretKey[] {
  const named = writtenIn(object, settings).filter(({ name }) => name !== '');
  return [...new Set(named.map(secretKey))];
}

function writtenIn(object: KubernetesObject, settings: CompileSettings): readonly SecureHost['secret'][] {
  if (object.kind === 'Ingress')
    return isOurClass(object, settings)
      ? object.spec.tls.map(({ secretName }) => ingressSecret(object, secretName))
      : [];
  if (object.kind !== 'HTTPProxy' || !isOurClass(object, settings)) return [];
  const { rootNamespaces } = settings;
  const { namespace } = object.metadata;
  if (rootNamespaces.length > 0 && !rootNamespaces.includes(namespace)) return [];
  const { secretName } = object.spec.virtualhost?.tls ?? {};
  return secretName === undefined ? [] : [secretNamed(secretName, namespace)];
}
