import type { Graph, HostGraph, Route } from './graph/graph.ts';
import type { Source } from './objects/ref.ts';
import { type ServicePort, servicePortLabel, type TrafficScope } from './traffic-item.ts';

/** Whether what is counted of a Service port can only be requests of one route, or a copy of them for a mirror is in it, too. */
export function trafficScopes(graph: Graph, ports: readonly ServicePort[]): readonly TrafficScope[] {
  const users = new Map(ports.map((port) => [servicePortLabel(port), new Set<string>()]));
  const names = new Set(ports.map(({ name }) => name));
  for (const host of graph.hosts.values()) {
    for (const route of routesOf(host)) {
      for (const { target, user } of targetsOf(route)) {
        if (names.has(target.name)) users.get(servicePortLabel(target))?.add(user);
      }
    }
  }
  return [...users].map(([service, { size }]) => ({ service, scope: size > 1 ? 'service' : 'route' }));
}

function* routesOf({ routes, secure }: HostGraph): Generator<Route> {
  yield* routes;
  if (secure !== null) yield* secure.routes;
}

/** A route that is served twice, with and without TLS or by several hosts, is one user. */
function* targetsOf({ action, source }: Route): Generator<{ readonly target: ServicePort; readonly user: string }> {
  if (action.type !== 'Forward') return;
  for (const { target } of action.backends) yield { target, user: userOf(source) };
  if (action.mirror !== null) yield { target: action.mirror.target, user: `mirror ${userOf(action.mirror.source)}` };
}

function userOf({ ref, pointer }: Source): string {
  return `${ref.kind} ${ref.namespace}/${ref.name} ${pointer}`;
}
