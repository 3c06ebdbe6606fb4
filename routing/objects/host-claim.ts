import { ingressClassOf } from './ingress-class.ts';
import type { HTTPProxy } from './kubernetes-object.ts';

/** The condition in which the leader records since when an HTTPProxy holds its host. */
export const hostClaimed = 'HostClaimed';

/**
 * The message of a `HostClaimed` condition that is true. A record is of one host in one ingress class: an object that
 * is edited onto another has no record there, however old the one that it still carries.
 */
export function claimMessage(proxy: Pick<HTTPProxy, 'metadata' | 'spec'>): string {
  const host = (proxy.spec.virtualhost?.fqdn ?? '').toLowerCase();
  const ingressClass = ingressClassOf(proxy);
  return ingressClass === '' ? `holds ${host}` : `holds ${host} in the ingress class ${ingressClass}`;
}
