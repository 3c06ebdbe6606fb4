import type { Kind } from '../routing/objects/ref.ts';

/** A kind as the API server serves it. */
export interface Resource {
  readonly kind: Kind;
  readonly apiVersion: string;
  readonly plural: string;
  /** Defined by a CRD, so that its absence is no fault. */
  readonly mayBeAbsent: boolean;
}

export const resources = {
  HTTPProxy: custom('HTTPProxy', 'httpproxies'),
  TLSCertificateDelegation: custom('TLSCertificateDelegation', 'tlscertificatedelegations'),
  Ingress: builtIn('Ingress', 'networking.k8s.io/v1', 'ingresses'),
  Service: builtIn('Service', 'v1', 'services'),
  EndpointSlice: builtIn('EndpointSlice', 'discovery.k8s.io/v1', 'endpointslices'),
  Secret: builtIn('Secret', 'v1', 'secrets'),
} as const;

function custom(kind: Kind, plural: string): Resource {
  return { kind, apiVersion: 'projectcontour.io/v1', plural, mayBeAbsent: true };
}

function builtIn(kind: Kind, apiVersion: string, plural: string): Resource {
  return { kind, apiVersion, plural, mayBeAbsent: false };
}

/** Of a namespace's objects, or of all where it is null. */
export function pathOf({ apiVersion, plural }: Resource, namespace: string | null): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === null ? `${root}/${plural}` : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}
