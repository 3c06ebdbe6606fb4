import type { Graph } from '../../routing/graph/graph.ts';
import { objectItems } from '../../routing/object-report.ts';
import type { RouteTablePorts } from '../../routing/route-item.ts';
import { headOf, type Page } from './answer.ts';
import { type OnChange, watchedReport } from './watched-report.ts';

export interface StatusPageOptions {
  readonly graph: Graph;
  readonly ports: RouteTablePorts;
  /** Who answers, and what is wrong with what it reads. */
  readonly head: () => object;
  readonly onChange: OnChange;
}

/** `/debug/status`: what is thought of each object, and how many Envoys run it. */
export function statusPage({ graph, ports, head, onChange }: StatusPageOptions): Page {
  return {
    path: '/debug/status',
    help: 'whether each object is valid, why not, and how many Envoys run it; ?namespace= &watch=1',
    answer({ query, signal }) {
      const items = (): ReturnType<typeof objectItems> => objectItems(graph, query.get('namespace') || null, ports);
      const start = (): object => ({ ...headOf('StatusReport'), ...head() });
      if (query.get('watch') !== '1') return { type: 'report', head: start(), items: items() };
      return { type: 'lines', lines: watchedReport(() => ({ ...start(), items: items() }), onChange, signal) };
    },
  };
}
