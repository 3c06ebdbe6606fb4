import type { Diagnostic } from '../objects/diagnostic.ts';
import { type Ingress, refOf } from '../objects/kubernetes-object.ts';
import type { Reader } from '../store/reader.ts';
import { compareClaims } from './claim.ts';
import { diagnose } from './diagnose.ts';
import type { SecureHost } from './graph.ts';
import type { CompileSettings } from './settings.ts';
import { findSecret, secretNamed, type Termination } from './tls.ts';
import type { Visits } from './visits.ts';

/**
 * The Ingresses that ask for TLS on a host, each with its certificate, the eldest first. One whose Secret
 * cannot be used is told so and serves plain HTTP, as in Contour.
 */
export function ingressTermination(
  reader: Reader,
  settings: CompileSettings,
  ingresses: readonly Ingress[],
  host: string,
  visits: Visits,
): ReadonlyMap<Ingress, Termination> {
  const found = new Map<Ingress, Termination>();
  for (const ingress of [...ingresses].sort(compareClaims)) {
    const tls = ingress.spec.tlsOf.get(host);
    if (tls === undefined || host === '*') continue;
    const source = { ref: refOf(ingress), pointer: `${tls.pointer}/secretName` };
    const secret = findSecret(reader, settings, source, ingressSecret(ingress, tls.secretName));
    const fault = 'severity' in secret ? secret : versionFault(ingress);
    if (fault !== null) visits.report([fault]);
    else found.set(ingress, { secret: secret as Termination['secret'], ...versionsOf(ingress) });
  }
  return found;
}

/** Contour lets an Ingress name the namespace of its Secrets beside them: the API server takes no slash in a new one's. */
export function ingressSecret({ metadata: { namespace, annotations } }: Ingress, name: string): SecureHost['secret'] {
  const lender = annotations.get('projectcontour.io/tls-cert-namespace') ?? '';
  return lender === '' ? secretNamed(name, namespace) : { namespace: lender, name };
}

function versionFault(ingress: Ingress): Diagnostic | null {
  const { minimumProtocolVersion: minimum, maximumProtocolVersion: maximum } = versionsOf(ingress);
  if (minimum <= maximum) return null;
  const message = `the annotations ask for TLS of at least ${minimum} and at most ${maximum}`;
  return diagnose({ ref: refOf(ingress), pointer: '/metadata/annotations' }, 'TLSError/TLSConfigNotValid', message);
}

/** Contour takes any other text as the default. */
function versionsOf({ metadata: { annotations } }: Ingress): Omit<Termination, 'secret'> {
  const minimum = annotations.get('projectcontour.io/tls-minimum-protocol-version');
  const maximum = annotations.get('projectcontour.io/tls-maximum-protocol-version');
  return {
    minimumProtocolVersion: minimum === '1.3' ? '1.3' : '1.2',
    maximumProtocolVersion: maximum === '1.2' ? '1.2' : '1.3',
  };
}
