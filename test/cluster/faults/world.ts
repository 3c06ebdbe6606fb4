/** Two backends, and hosts that are routed to one of them. */
const backends = ['a', 'b'] as const;

export const hostName = (index: number): string => `host-${index}.example.com`;
export const proxyName = (index: number): string => `host-${index}`;

export function worldOf(hosts: number): readonly object[] {
  return [...backends.flatMap(backend), ...Array.from({ length: hosts }, (_, index) => proxy(index))];
}

/** Half of the hosts stay at each, so that no edit is the end of a cluster. */
function proxy(index: number): object {
  const services = [{ name: index % 2 === 0 ? 'a' : 'b', port: 80 }];
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'shop', name: proxyName(index) },
    spec: { virtualhost: { fqdn: hostName(index) }, routes: [{ services }] },
  };
}

function backend(name: string): readonly object[] {
  const metadata = { namespace: 'shop', name };
  const containers = [{ name: 'echo', image: 'echo', ports: [{ containerPort: 8080 }] }];
  return [
    { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels: { app: name } }, spec: { containers } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ];
}
