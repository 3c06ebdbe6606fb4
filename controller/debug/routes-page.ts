import type { Graph } from '../../routing/graph/graph.ts';
import type { RouteItem, RouteQuery, RouteTablePorts } from '../../routing/route-item.ts';
import { routeTable, selectHosts } from '../../routing/route-table.ts';
import { headOf, type Page } from './answer.ts';
import { type OnChange, watchedReport } from './watched-report.ts';

export interface RoutesPageOptions {
  readonly graph: Graph;
  readonly ports: RouteTablePorts;
  /** Who answers, and what is wrong with what it reads: fields of the document beside the items. */
  readonly head: () => object;
  readonly onChange: OnChange;
}

function queryOf(query: URLSearchParams): RouteQuery {
  const text = (name: string): string | null => query.get(name) || null;
  const invalid = query.get('invalid');
  return {
    host: text('host'),
    path: text('path'),
    namespace: text('namespace'),
    invalid: invalid !== null && invalid !== 'false' && invalid !== '0',
  };
}

/** Host by host, so that a large table is never in memory as a whole. */
function* rows({ graph, ports }: RoutesPageOptions, query: RouteQuery): Generator<RouteItem> {
  for (const { host } of selectHosts(graph, query.host)) {
    // Asked by its own name a wildcard also selects what it covers.
    for (const row of routeTable(graph, { ...query, host }, ports)) if (row.host === host) yield row;
  }
}

/** `/debug/routes`: the effective route table. */
export function routesPage(options: RoutesPageOptions): Page {
  return {
    path: '/debug/routes',
    help: 'the effective route table; ?host= &path= &namespace= &invalid=true &watch=1',
    answer({ query, signal }) {
      const asked = queryOf(query);
      const head = (): object => ({ ...headOf('RouteTable'), ...options.head() });
      if (query.get('watch') !== '1') return { type: 'report', head: head(), items: rows(options, asked) };
      const table = (): object => ({ ...head(), items: [...rows(options, asked)] });
      return { type: 'lines', lines: watchedReport(table, options.onChange, signal) };
    },
  };
}
