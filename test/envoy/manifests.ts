/** The plain object that a manifest holds. */
export type Manifest = Readonly<Record<string, unknown>>;

const namespace = 'shop';

export interface ProxyRoute {
  readonly prefix: string;
  /** Null for a route that answers by itself. */
  readonly service: string | null;
  readonly websockets?: boolean;
}

const named = (name: string) => ({ name, namespace });

function httpRoute({ prefix, service, websockets = false }: ProxyRoute): Manifest {
  return {
    conditions: [{ prefix }],
    ...(service === null
      ? { directResponsePolicy: { statusCode: 200, body: 'said' } }
      : { services: [{ name: service, port: 80 }], enableWebsockets: websockets }),
  };
}

export interface ProxyOptions {
  readonly routes?: readonly ProxyRoute[];
  /** Name of the Secret; plain HTTP goes to HTTPS then. */
  readonly secret?: string;
}

/** The root of a host, named after it. */
export function proxy(fqdn: string, service: string | null, { routes, secret }: ProxyOptions = {}): Manifest {
  return {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: named(fqdn.replace('*', 'any')),
    spec: {
      virtualhost: { fqdn, ...(secret === undefined ? {} : { tls: { secretName: secret } }) },
      routes: (routes ?? [{ prefix: '/', service }]).map(httpRoute),
    },
  };
}

/** An Ingress for one path; no host means every host that has no other. */
export function ingress(name: string, host: string | null, path: string, service: string): Manifest {
  const backend = { service: { name: service, port: { number: 80 } } };
  const http = { paths: [{ path, pathType: 'Prefix', backend }] };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: named(name),
    spec: { rules: [host === null ? { http } : { host, http }] },
  };
}

export function service(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Service', metadata: named(name), spec: { ports: [{ port: 80 }] } };
}

/** Where a Service's endpoints are on this machine. */
export function slice(name: string, ...ports: readonly number[]): Manifest {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...named(name), labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: '', port: ports[0] ?? 1, protocol: 'TCP' }],
    endpoints: ports.length === 0 ? [] : [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
  };
}

export function tlsSecret(name: string, pair: { readonly certificate: Buffer; readonly key: Buffer }): Manifest {
  const data = { 'tls.crt': pair.certificate.toString('base64'), 'tls.key': pair.key.toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: named(name), data };
}

export function listOf(...items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
