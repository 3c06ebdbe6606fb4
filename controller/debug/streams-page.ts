import type { Graph, HostName } from '../../routing/graph/graph.ts';
import type { TypeUrl } from '../../xds/snapshot/resource.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import { headOf, type Page } from './answer.ts';
import { type OnChange, watchedReport } from './watched-report.ts';

export interface StreamsPageOptions {
  readonly envoys: () => readonly EnvoyReport[];
  /** The host that a resource in an Envoy's dialect belongs to. */
  readonly hostOf: (dialect: EnvoyReport['dialect'], type: TypeUrl, name: string) => HostName | null;
  readonly graph: Graph;
  /** Who answers. */
  readonly head: () => object;
  readonly onChange: OnChange;
}

type TypeReport = EnvoyReport['types'][number];

/** A refused resource with the host and the object whose it is: the Envoy's own words name neither reliably. */
function refusalItem(
  options: StreamsPageOptions,
  dialect: EnvoyReport['dialect'],
  type: TypeUrl,
  nack: TypeReport['nacks'][number],
) {
  const host = options.hostOf(dialect, type, nack.name);
  const holder = host === null ? null : (options.graph.hosts.get(host)?.holder ?? null);
  const { name, version, message, at } = nack;
  return { name, version, message, at, host, object: holder };
}

function streamItem(options: StreamsPageOptions, report: EnvoyReport): object {
  const { node, cluster, envoyVersion, dialect, streams, complete } = report;
  const types = report.types.map(({ nacks, ...counts }) => {
    return { ...counts, nacks: nacks.map((nack) => refusalItem(options, dialect, counts.type, nack)) };
  });
  return { node, cluster, envoyVersion, dialect, streams, complete, types };
}

/** `/debug/streams`: what each Envoy was sent, accepted and refused. */
export function streamsPage(options: StreamsPageOptions): Page {
  return {
    path: '/debug/streams',
    help: 'what each Envoy was sent, accepted and refused, by type; ?watch=1',
    answer({ query, signal }) {
      const items = (): readonly object[] => options.envoys().map((report) => streamItem(options, report));
      const head = (): object => ({ ...headOf('StreamList'), ...options.head() });
      if (query.get('watch') !== '1') return { type: 'report', head: head(), items: items() };
      return { type: 'lines', lines: watchedReport(() => ({ ...head(), items: items() }), options.onChange, signal) };
    },
  };
}
