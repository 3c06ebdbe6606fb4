import type { SecureHost } from './graph/graph.ts';
import { ingressSecret } from './graph/ingress-tls.ts';
import { secretNamed } from './graph/tls.ts';
import type { HTTPProxy, Ingress, KubernetesObject } from './objects/kubernetes-object.ts';
import type { Kind } from './objects/ref.ts';

/**
 * Of what an object refers to, a kind of which nothing was read; null where all of it can be told.
 *
 * @param isUnread whether the absence of objects of a kind, in a namespace, is no fact
 */
export function unreadKind(
  object: KubernetesObject,
  isUnread: (kind: Kind, namespace: string) => boolean,
): Kind | null {
  const home = object.metadata.namespace;
  if (object.kind !== 'HTTPProxy' && object.kind !== 'Ingress') return null;
  const { services, secrets } = object.kind === 'HTTPProxy' ? namedByProxy(object) : namedByIngress(object);
  if (services && isUnread('Service', home)) return 'Service';
  if (secrets.some(({ namespace }) => isUnread('Secret', namespace))) return 'Secret';
  const isLent = secrets.some(({ namespace }) => namespace !== home && isUnread('TLSCertificateDelegation', namespace));
  return isLent ? 'TLSCertificateDelegation' : null;
}

interface Named {
  readonly services: boolean;
  readonly secrets: readonly SecureHost['secret'][];
}

function namedByProxy({ metadata, spec: { routes = [], virtualhost } }: HTTPProxy): Named {
  const { secretName } = virtualhost?.tls ?? {};
  return {
    services: routes.some(({ services = [] }) => services.length > 0),
    secrets: secretName === undefined ? [] : [secretNamed(secretName, metadata.namespace)],
  };
}

function namedByIngress(ingress: Ingress): Named {
  const { paths, defaultBackend, tls } = ingress.spec;
  const backends = [...paths.values()].flat().map(({ backend }) => backend);
  return {
    services: [...backends, defaultBackend].some((backend) => backend !== null && backend.service !== null),
    secrets: tls.map(({ secretName }) => ingressSecret(ingress, secretName)),
  };
}
