import { setTimeout as pause } from 'node:timers/promises';
import type { Graph } from '../../routing/graph/graph.ts';
import type { RouteItem, RouteQuery, RouteTablePorts } from '../../routing/route-item.ts';
import { routeTable, selectHosts } from '../../routing/route-table.ts';
import { headOf, type Page } from './answer.ts';

export interface RoutesPageOptions {
  readonly graph: Graph;
  readonly ports: RouteTablePorts;
  /** Who answers, and what is wrong with what it reads: fields of the document beside the items. */
  readonly head: () => object;
  /** Calls back whenever an answer may have changed; returns how to stop. */
  readonly onChange: (listener: () => void) => () => void;
}

/** Changes closer together than this are one line of a watch. */
const watchPauseMs = 50;

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

/** A whole table a line: the first at once, then one for each change that shows in it. */
async function* tables(options: RoutesPageOptions, query: RouteQuery, signal: AbortSignal): AsyncGenerator<object> {
  let wake = (): void => {};
  let changed = true;
  const stop = options.onChange(() => {
    changed = true;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  let told = '';
  try {
    while (!signal.aborted) {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
      const table = { ...headOf('RouteTable'), ...options.head(), items: [...rows(options, query)] };
      const text = JSON.stringify(table);
      if (text !== told && !signal.aborted) yield table;
      told = text;
      await pause(watchPauseMs, undefined, { signal }).catch(() => {});
    }
  } finally {
    stop();
  }
}

/** `/debug/routes`: the effective route table. */
export function routesPage(options: RoutesPageOptions): Page {
  return {
    path: '/debug/routes',
    help: 'the effective route table; ?host= &path= &namespace= &invalid=true &watch=1',
    answer({ query, signal }) {
      const asked = queryOf(query);
      if (query.get('watch') === '1') return { type: 'lines', lines: tables(options, asked, signal) };
      return { type: 'report', head: { ...headOf('RouteTable'), ...options.head() }, items: rows(options, asked) };
    },
  };
}
