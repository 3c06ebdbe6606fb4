import type { SecureHost } from './graph/graph.ts';
import { ingressSecret } from './graph/ingress-tls.ts';
import { secretNamed } from './graph/tls.ts';
import type { HTTPProxy, Ingress, KubernetesObject } from './objects/kubernetes-object.ts';
import type { Kind } from './objects/ref.ts';

/**
 * Of what an object refers to, a kind of which nothing was read; null where all of it can be told.
 *
 * @param unread the kinds whose absence from the input is no fact
 */
export function unreadKind(object: KubernetesObject, unread: readonly Kind[]): Kind | null {
  if (object.kind !== 'HTTPProxy' && object.kind !== 'Ingress') return null;
  const { services, secrets } = object.kind === 'HTTPProxy' ? namedByProxy(object) : namedByIngress(object);
  if (services && unread.includes('Service')) return 'Service';
  if (secrets.length > 0 && unread.includes('Secret')) return 'Secret';
  const borrows = secrets.some(({ namespace }) => namespace !== object.metadata.namespace);
  return borrows && unread.includes('TLSCertificateDelegation') ? 'TLSCertificateDelegation' : null;
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
  const { rules, defaultBackend, tls } = ingress.spec;
  const backends = rules.flatMap(({ paths }) => paths.map(({ backend }) => backend));
  return {
    services: [...backends, defaultBackend].some((backend) => backend !== null && backend.service !== null),
    secrets: tls.map(({ secretName }) => ingressSecret(ingress, secretName)),
  };
}
