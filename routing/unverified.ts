import type { HTTPProxy, Ingress, KubernetesObject } from './objects/kubernetes-object.ts';
import type { Kind } from './objects/ref.ts';

/**
 * Of what an object refers to, a kind of which nothing was read; null where all of it can be told.
 *
 * @param unread the kinds whose absence from the input is no fact
 */
export function unreadKind(object: KubernetesObject, unread: readonly Kind[]): Kind | null {
  if (object.kind !== 'HTTPProxy' && object.kind !== 'Ingress') return null;
  const { services, secret } = object.kind === 'HTTPProxy' ? namedByProxy(object) : namedByIngress(object);
  if (services && unread.includes('Service')) return 'Service';
  return secret && unread.includes('Secret') ? 'Secret' : null;
}

interface Named {
  readonly services: boolean;
  readonly secret: boolean;
}

function namedByProxy({ spec: { routes = [], virtualhost } }: HTTPProxy): Named {
  return {
    services: routes.some(({ services = [] }) => services.length > 0),
    secret: virtualhost?.tls?.secretName !== undefined,
  };
}

function namedByIngress({ spec: { rules, defaultBackend, tls } }: Ingress): Named {
  const backends = rules.flatMap(({ paths }) => paths.map(({ backend }) => backend));
  return {
    services: [...backends, defaultBackend].some((backend) => backend !== null && backend.service !== null),
    secret: tls.length > 0,
  };
}
