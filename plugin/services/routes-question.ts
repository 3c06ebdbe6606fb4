import { sumProgrammed } from '../../routing/programmed.ts';
import type { RouteItem, RouteQuery } from '../../routing/route-item.ts';
import { routeTable } from '../../routing/route-table.ts';
import type { RouteTable } from '../route-table.ts';
import type { Question } from '../source.ts';

/** Asks for the effective route table. */
export function routesQuestion(query: RouteQuery): Question<RouteTable> {
  return {
    page: 'debug/routes',
    parameters: parametersOf(query),
    kind: 'RouteTable',
    noun: 'route table',
    answer: (world) => ({ items: routeTable(world.graph, query, world) }),
    isBody: ({ items }) => Array.isArray(items),
    merge: ([first, ...others]) => ({ ...first, items: withProgrammed(first.items, others) }),
  };
}

function parametersOf({ host, path, namespace, invalid }: RouteQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  if (host !== null) parameters.set('host', host);
  if (path !== null) parameters.set('path', path);
  if (namespace !== null) parameters.set('namespace', namespace);
  if (invalid) parameters.set('invalid', 'true');
  return parameters;
}

/** Each Envoy speaks to one controller, so what all of them know is the sum. */
function withProgrammed(items: readonly RouteItem[], others: readonly RouteTable[]): readonly RouteItem[] {
  const elsewhere = others.map((table) => new Map(table.items.map(({ host, programmed }) => [host, programmed])));
  return items.map((item) => {
    if (item.programmed === null) return item;
    const others = elsewhere.flatMap((hosts) => hosts.get(item.host) ?? []);
    return { ...item, programmed: sumProgrammed([item.programmed, ...others]) };
  });
}
