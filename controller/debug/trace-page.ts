import type { Graph } from '../../routing/graph/graph.ts';
import type { RouteTablePorts } from '../../routing/route-item.ts';
import { trace } from '../../routing/trace.ts';
import { readTraceParameters } from '../../routing/trace-parameters.ts';
import { headOf, refusal, type Page } from './answer.ts';

export interface TracePageOptions {
  readonly graph: Graph;
  readonly ports: Pick<RouteTablePorts, 'locate'>;
  /** Who answers, and what is wrong with what it reads. */
  readonly head: () => object;
}

/** `/debug/trace`: which route answers a request, and why the others do not. */
export function tracePage({ graph, ports, head }: TracePageOptions): Page {
  return {
    path: '/debug/trace',
    help: 'which route answers a request; ?url= &method= &header=name: value &sni= &source-ip= &all=true &seed=',
    answer({ query: parameters }) {
      const query = readTraceParameters(parameters);
      if (typeof query === 'string') return refusal(400, query);
      return { type: 'document', status: 200, body: { ...headOf('Trace'), ...head(), ...trace(graph, query, ports) } };
    },
  };
}
