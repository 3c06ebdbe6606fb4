import type { KubernetesObject } from '../objects/kubernetes-object.ts';
import { type ReadKey, readKey } from './read-key.ts';

/** The host under which roots without a usable name are gathered, so that they too are looked at. */
const noHost = '';

/** The lists an object belongs to. */
export function indexKeys(object: KubernetesObject): readonly ReadKey[] {
  switch (object.kind) {
    case 'HTTPProxy': {
      const virtualhost = object.spec.virtualhost;
      return virtualhost === undefined ? [] : [readKey.claims((virtualhost.fqdn ?? noHost).toLowerCase())];
    }
    case 'Ingress':
      return ingressHosts(object).map(readKey.claims);
    case 'TLSCertificateDelegation':
      return secretsLentBy(object).map((name) => readKey.grants(object.metadata.namespace, name));
    case 'EndpointSlice':
      return object.service === '' ? [] : [readKey.slices(object.metadata.namespace, object.service)];
    default:
      return [];
  }
}

function secretsLentBy({ spec }: Extract<KubernetesObject, { kind: 'TLSCertificateDelegation' }>): readonly string[] {
  return [...new Set((spec.delegations ?? []).flatMap(({ secretName }) => secretName ?? []))];
}

function ingressHosts(ingress: Extract<KubernetesObject, { kind: 'Ingress' }>): readonly string[] {
  const { paths, defaultBackend } = ingress.spec;
  return [...new Set([...paths.keys(), ...(defaultBackend === null ? [] : ['*'])])];
}
