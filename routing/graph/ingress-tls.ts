import { type Ingress, refOf } from '../objects/kubernetes-object.ts';
import type { Reader } from '../store/reader.ts';
import { compareClaims } from './claim.ts';
import { findSecret, type Termination } from './tls.ts';
import type { Visits } from './visits.ts';

/**
 * The Ingresses that ask for TLS on a host, each with its certificate, the eldest first. One whose Secret
 * cannot be used is told so and serves plain HTTP, as in Contour.
 */
export function ingressTermination(
  reader: Reader,
  ingresses: readonly Ingress[],
  host: string,
  visits: Visits,
): ReadonlyMap<Ingress, Termination> {
  const found = new Map<Ingress, Termination>();
  for (const ingress of [...ingresses].sort(compareClaims)) {
    const tls = ingress.spec.tls.find(({ hosts }) => hosts.some((name) => name.toLowerCase() === host));
    if (tls === undefined || host === '*') continue;
    const secret = findSecret(reader, { ref: refOf(ingress), pointer: `${tls.pointer}/secretName` }, tls.secretName);
    if ('severity' in secret) visits.report([secret]);
    else found.set(ingress, { secret, ...versionsOf(ingress) });
  }
  return found;
}

function versionsOf({ metadata: { annotations } }: Ingress): Omit<Termination, 'secret'> {
  const minimum = annotations.get('projectcontour.io/tls-minimum-protocol-version');
  return { minimumProtocolVersion: minimum === '1.3' ? '1.3' : '1.2', maximumProtocolVersion: '1.3' };
}
