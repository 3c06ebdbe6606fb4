import type { ServicePort } from '../../../routing/traffic-item.ts';
import { trafficParameters } from '../../../routing/traffic-parameters.ts';
import { trafficScopes } from '../../../routing/traffic-scope.ts';
import type { Question } from '../../source.ts';
import type { TrafficReport } from '../../traffic-report.ts';

/** Asks what Envoys have counted of these: for as long as somebody follows, they are asked once a second. */
export function trafficQuestion(ports: readonly ServicePort[]): Question<TrafficReport> {
  const parameters = new URLSearchParams();
  for (const [name, value] of trafficParameters(ports)) parameters.append(name, value);
  return {
    page: 'debug/stats',
    parameters,
    kind: 'TrafficCounts',
    noun: 'counts of requests',
    answer: ({ graph }) => ({
      items: [],
      services: trafficScopes(graph, ports),
      unavailable: 'what Envoys count is known to their controller alone',
    }),
    isBody: ({ items, services }) => Array.isArray(items) && Array.isArray(services),
    // Each Envoy speaks to one controller.
    merge: ([first, ...others]) => ({ ...first, items: [first, ...others].flatMap(({ items }) => items) }),
  };
}

/** Why a report tells of no request, as a plain sentence without a period; null where it does. */
export function missingTraffic({ source, items, unavailable }: TrafficReport): string | null {
  if (unavailable !== null) return source.from === 'api' && source.why !== null ? source.why : unavailable;
  if (items.some(({ fault }) => fault === null)) return null;
  const [first] = items;
  return first === undefined ? 'no Envoy is connected to a controller' : `the Envoy ${first.envoy} ${first.fault}`;
}

/** @param services `web-v1:80`; one without a port cannot be counted */
export function countedPorts(namespace: string, services: readonly string[]): readonly ServicePort[] {
  return services.flatMap((service) => {
    const [name = '', port] = service.split(':');
    return port === undefined ? [] : [{ namespace, name, port: Number(port) }];
  });
}
