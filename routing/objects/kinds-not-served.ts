const gatewayApi = 'gateway.networking.k8s.io';

interface KnownForm {
  readonly group: string;
  /** Null for every kind of the group. */
  readonly kind: string | null;
  /** Null for every version but the ones that are served. */
  readonly version: string | null;
  /** What to do instead. */
  readonly advice: string;
}

const ingressAdvice =
  'write it as networking.k8s.io/v1: give each path a pathType, and its backend as service.name with service.port.number or service.port.name';

/** Kinds and versions that are known by name and have no effect yet, and the form to use. */
const forms: readonly KnownForm[] = [
  {
    group: 'contour.heptio.com',
    kind: 'IngressRoute',
    version: null,
    advice:
      'write it as HTTPProxy of projectcontour.io/v1: a match becomes conditions with a prefix, a delegate becomes an entry of includes',
  },
  {
    group: 'contour.heptio.com',
    kind: 'TLSCertificateDelegation',
    version: null,
    advice: 'write it as projectcontour.io/v1, its spec stays as it is',
  },
  { group: 'extensions', kind: 'Ingress', version: 'v1beta1', advice: ingressAdvice },
  { group: 'networking.k8s.io', kind: 'Ingress', version: 'v1beta1', advice: ingressAdvice },
  { group: 'projectcontour.io', kind: 'HTTPProxy', version: null, advice: 'write it as projectcontour.io/v1' },
  {
    group: 'projectcontour.io',
    kind: 'TLSCertificateDelegation',
    version: null,
    advice: 'write it as projectcontour.io/v1',
  },
  {
    group: 'projectcontour.io',
    kind: 'ExtensionService',
    version: null,
    advice: 'what refers to it stays closed; route to a Service from an HTTPProxy instead',
  },
  {
    group: 'projectcontour.io',
    kind: 'ContourConfiguration',
    version: null,
    advice: 'give its settings as options of the command contour',
  },
  {
    group: 'projectcontour.io',
    kind: 'ContourDeployment',
    version: null,
    advice: 'start the command contour yourself',
  },
  { group: gatewayApi, kind: null, version: null, advice: 'write routes as HTTPProxy of projectcontour.io/v1' },
  {
    group: 'discovery.k8s.io',
    kind: 'EndpointSlice',
    version: 'v1beta1',
    advice: 'write it as discovery.k8s.io/v1',
  },
  { group: '', kind: 'Endpoints', version: 'v1', advice: 'write it as EndpointSlice of discovery.k8s.io/v1' },
];

/** What to do instead of this kind and version; null where they are not among the known ones. */
export function adviceFor(group: string, version: string, kind: string): string | null {
  const form = forms.find(
    (known) =>
      known.group === group &&
      (known.kind === null || known.kind === kind) &&
      (known.version === null || known.version === version),
  );
  return form?.advice ?? null;
}
