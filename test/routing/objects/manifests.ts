/** Whole, valid manifests, one of each kind that is read. */
export const manifests = {
  HTTPProxy: {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: {
      name: 'root',
      namespace: 'site',
      generation: 3,
      creationTimestamp: '2024-05-01T10:00:00Z',
      uid: 'c0ffee',
      annotations: { 'projectcontour.io/ingress.class': 'public', 'example.com/owner': 'team-a' },
    },
    spec: {
      virtualhost: { fqdn: 'demo.example.com', tls: { secretName: 'demo' } },
      routes: [
        {
          conditions: [{ prefix: '/shop' }, { header: { name: 'x-beta', present: true } }],
          services: [{ name: 'shop', port: 80, weight: 90 }],
        },
      ],
      includes: [{ name: 'blog', namespace: 'marketing', conditions: [{ prefix: '/blog' }] }],
    },
    status: {
      currentStatus: 'valid',
      conditions: [
        { type: 'Valid', status: 'True', lastTransitionTime: '2024-05-01T10:00:01Z' },
        { type: 'HostClaimed', status: 'True', lastTransitionTime: '2024-05-01T10:00:02Z' },
      ],
    },
  },
  TLSCertificateDelegation: {
    apiVersion: 'projectcontour.io/v1',
    kind: 'TLSCertificateDelegation',
    metadata: { name: 'lend', namespace: 'certificates' },
    spec: { delegations: [{ secretName: 'wildcard', targetNamespaces: ['a', '*'] }] },
  },
  Ingress: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'old', namespace: 'site', annotations: { 'kubernetes.io/ingress.class': 'public' } },
    spec: {
      ingressClassName: 'contour',
      defaultBackend: { service: { name: 'fallback', port: { name: 'http' } } },
      rules: [
        {
          host: 'old.example.com',
          http: {
            paths: [
              { path: '/a', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } },
              { pathType: 'Exact', backend: { resource: { kind: 'Bucket', name: 'b' } } },
            ],
          },
        },
        {
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'c', port: { number: 1 } } } }],
          },
        },
      ],
      tls: [{ hosts: ['old.example.com'], secretName: 'old' }],
    },
  },
  Service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop', namespace: 'site', creationTimestamp: null },
    spec: {
      selector: { app: 'shop' },
      clusterIP: '10.0.0.1',
      ports: [
        { name: 'http', port: 80, targetPort: 'web', appProtocol: 'kubernetes.io/h2c' },
        { port: 53, protocol: 'UDP' },
      ],
    },
  },
  EndpointSlice: {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'shop-1', namespace: 'site', labels: { 'kubernetes.io/service-name': 'shop' } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }, {}],
    endpoints: [
      { addresses: ['10.1.0.1'], conditions: { ready: true }, nodeName: 'n1', zone: 'z' },
      { addresses: ['10.1.0.2'], conditions: { ready: false } },
      { addresses: ['10.1.0.3'], conditions: { ready: null } },
      { addresses: ['10.1.0.4'] },
    ],
  },
  Secret: {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'demo', namespace: 'site' },
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'Y2VydGlmaWNhdGU=', 'tls.key': 'dG9wIHNlY3JldA==' },
  },
  Namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'site', labels: { team: 'a' } } },
} as const;
