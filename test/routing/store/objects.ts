import type { HTTPProxy, Service } from '../../../routing/objects/kubernetes-object.ts';
import { decodeOne } from '../objects/decode-one.ts';

export function service(namespace: string, name: string, port: number): Service {
  const raw = { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec: { ports: [{ port }] } };
  return decodeOne('Service', raw);
}

export function root(namespace: string, name: string, fqdn: string): HTTPProxy {
  const spec = { virtualhost: { fqdn }, routes: [{ services: [{ name, port: 80 }] }] };
  return decodeOne('HTTPProxy', {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace, name },
    spec,
  });
}
