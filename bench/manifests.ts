/** Worlds to measure, as the plain objects that a manifest holds. */
export type Manifest = Readonly<Record<string, unknown>>;

const benchNamespace = 'bench';

/** The name of the nth host. */
export function hostName(index: number): string {
  return `host-${index}.bench.example.com`;
}

/** A root with three routes; `live` names the Service that answers `/`, so that an edit shows, and `own` the one of `/own`. */
export function hostProxy(index: number, live: string, own = `own-${index}`): Manifest {
  return proxy(`host-${index}`, {
    virtualhost: { fqdn: hostName(index) },
    routes: [
      route('/', [{ name: live, port: 80 }]),
      route('/own', [{ name: own, port: 80 }]),
      route('/split', [
        { name: 'a', port: 80, weight: 90 },
        { name: 'b', port: 80, weight: 10 },
      ]),
    ],
  });
}

/** A root that hands a path to each of `children` proxies. */
export function delegatingRoot(children: number): Manifest {
  const includes = Array.from({ length: children }, (_, index) => ({
    name: `child-${index}`,
    conditions: [{ prefix: `/team-${index}` }],
  }));
  return proxy('root', { virtualhost: { fqdn: hostName(0) }, includes });
}

/** One team's proxy; `live` names the Service that answers its first route. */
export function childProxy(index: number, routes: number, live: string): Manifest {
  const rest = Array.from({ length: routes - 1 }, (_, route) => ({
    conditions: [{ prefix: `/path-${route}` }],
    services: [{ name: 'a', port: 80 }],
  }));
  return proxy(`child-${index}`, { routes: [{ services: [{ name: live, port: 80 }] }, ...rest] });
}

/** A Service with one endpoint. */
export function service(name: string, port: number, address = '127.0.0.1'): readonly Manifest[] {
  const metadata = { name, namespace: benchNamespace };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: '', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
  ];
}

function proxy(name: string, spec: Manifest): Manifest {
  return { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxy', metadata: { name, namespace: benchNamespace }, spec };
}

function route(prefix: string, services: readonly Manifest[]): Manifest {
  return { conditions: [{ prefix }], services };
}
