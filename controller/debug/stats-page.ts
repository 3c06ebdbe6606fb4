import type { Graph } from '../../routing/graph/graph.ts';
import type { ServicePort } from '../../routing/traffic-item.ts';
import { readTrafficParameters } from '../../routing/traffic-parameters.ts';
import { trafficScopes } from '../../routing/traffic-scope.ts';
import type { FollowStatistics } from '../statistics/statistics.ts';
import { headOf, type Page, refusal } from './answer.ts';

export interface StatsPageOptions {
  readonly graph: Graph;
  readonly follow: FollowStatistics;
  /** Who answers, and what is wrong with what it reads. */
  readonly head: () => object;
}

/** `/debug/stats`: what the Envoys count of a few services, for as long as somebody asks. */
export function statsPage(options: StatsPageOptions): Page {
  return {
    path: '/debug/stats',
    help: 'what each Envoy has counted of services; ?service=NAMESPACE/NAME:PORT, again for each, &watch=1',
    answer({ query, signal }) {
      const ports = readTrafficParameters(query);
      if (typeof ports === 'string') return refusal(400, ports);
      return { type: 'lines', lines: counts(options, ports, query.get('watch') === '1', signal) };
    },
  };
}

async function* counts(
  { graph, follow, head }: StatsPageOptions,
  ports: readonly ServicePort[],
  watch: boolean,
  signal: AbortSignal,
): AsyncGenerator<object> {
  for await (const items of follow(ports, signal)) {
    yield { ...headOf('TrafficCounts'), ...head(), items, services: trafficScopes(graph, ports), unavailable: null };
    if (!watch) return;
  }
}
