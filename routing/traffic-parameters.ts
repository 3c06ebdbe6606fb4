import { type ServicePort, servicePortLabel } from './traffic-item.ts';
import type { Parameters } from './trace-parameters.ts';

/** Every name costs every Envoy time, and no route of a canary has as many services. */
const mostServices = 16;

const form = /^([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?):([1-9][0-9]{0,4})$/;

/** What `?service=shop/web-v1:80&service=shop/web-v2:80` asks for; a sentence where it is no question. */
export function readTrafficParameters(parameters: Parameters): readonly ServicePort[] | string {
  const services = [...new Set(parameters.getAll('service'))];
  if (services.length === 0) return 'say whose requests: ?service=NAMESPACE/NAME:PORT, which may be given again';
  if (services.length > mostServices) return `at most ${mostServices} services are counted at once`;
  const ports: ServicePort[] = [];
  for (const service of services) {
    const [, namespace = '', name = '', port = ''] = form.exec(service) ?? [];
    if (name === '' || Number(port) > 65_535)
      return `service is NAMESPACE/NAME:PORT, and not "${service.slice(0, 200)}"`;
    ports.push({ namespace, name, port: Number(port) });
  }
  return ports;
}

/** The parameters of /debug/stats that ask for these. */
export function trafficParameters(ports: readonly ServicePort[]): readonly (readonly [string, string])[] {
  return ports.map((port) => ['service', servicePortLabel(port)]);
}
