import type { ServiceTarget } from '../../routing/graph/graph.ts';
import { fieldAt, listAt, numberAt, parsed } from './json.ts';
import { statName } from './names.ts';

export type StatisticsPort = Pick<ServiceTarget, 'namespace' | 'name' | 'port'>;

type AnswerClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

/** What an Envoy has counted of one Service port since it started. */
export interface PortStatistics {
  readonly answers: Readonly<Record<AnswerClass, number>>;
  /** In ms, in ascending order, none empty. */
  readonly times: readonly { readonly from: number; readonly width: number; readonly count: number }[];
}

export interface EnvoyStatistics {
  readonly uptimeSeconds: number;
  of(port: StatisticsPort): PortStatistics;
}

/**
 * The page of an Envoy that tells what it has counted of these ports, and nothing else. What was never used is left out
 * before it is compared, which is most of what an Envoy keeps.
 * https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--stats
 */
export function statisticsPath(ports: readonly StatisticsPort[]): string {
  // Names of Kubernetes hold no character that a regular expression takes for its own.
  const names = [...new Set(ports.map(statName))].sort().join('|');
  const filter = `^(server\\.uptime|cluster\\.(${names})\\.upstream_rq_([1-5]xx|time))$`;
  return `/stats?usedonly&format=json&histogram_buckets=detailed&filter=${encodeURIComponent(filter)}`;
}

/** Null where the text is not what that page answers. */
export function readStatistics(text: string): EnvoyStatistics | null {
  const stats = listAt(parsed(text), 'stats');
  if (stats === null) return null;
  const values = new Map<string, number>();
  const times = new Map<string, PortStatistics['times']>();
  for (const stat of stats) {
    const name = fieldAt(stat, 'name');
    if (typeof name === 'string') values.set(name, numberAt(stat, 'value'));
    for (const histogram of listAt(fieldAt(stat, 'histograms'), 'details') ?? []) {
      times.set(String(fieldAt(histogram, 'name')), bucketsOf(histogram));
    }
  }
  return {
    uptimeSeconds: values.get('server.uptime') ?? 0,
    of(port) {
      const prefix = `cluster.${statName(port)}.upstream_rq_`;
      const count = (each: AnswerClass): number => values.get(`${prefix}${each}`) ?? 0;
      return {
        answers: {
          '1xx': count('1xx'),
          '2xx': count('2xx'),
          '3xx': count('3xx'),
          '4xx': count('4xx'),
          '5xx': count('5xx'),
        },
        times: times.get(`${prefix}time`) ?? [],
      };
    },
  };
}

/** Those since the Envoy started: `intervals` are of its last flush alone. */
function bucketsOf(histogram: unknown): PortStatistics['times'] {
  const buckets = (listAt(histogram, 'totals') ?? []).map((bucket) => ({
    from: numberAt(bucket, 'lower_bound'),
    width: numberAt(bucket, 'width'),
    count: numberAt(bucket, 'count'),
  }));
  return buckets.filter(({ count }) => count > 0).sort((left, right) => left.from - right.from);
}
