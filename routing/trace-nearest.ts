import type { Graph } from './graph/graph.ts';
import type { Answer, Candidate } from './match/match-request.ts';
import { hostOfAuthority } from './match/authority.ts';
import { mismatchWords } from './match-words.ts';
import { closest } from './objects/edit-distance.ts';
import { sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';
import type { TraceMiss, TraceRequest } from './trace-item.ts';

/** What came closest to answering a request that nothing answers. */
export function nearestMiss(
  graph: Graph,
  request: TraceRequest,
  answer: Answer,
  ports: Pick<RouteTablePorts, 'locate'>,
): TraceMiss | null {
  if (answer.type === 'noRoute') return nearestRoute(answer, request, ports);
  if (answer.type === 'noHost') return nearestHost(graph, request.authority, 'plain HTTP');
  return answer.type === 'noHandshake' ? nearestHost(graph, request.sni ?? request.authority, 'HTTPS') : null;
}

function nearestRoute(
  { host, candidates }: Extract<Answer, { type: 'noRoute' }>,
  { path }: TraceRequest,
  ports: Pick<RouteTablePorts, 'locate'>,
): TraceMiss | null {
  const [best] = candidates
    .map((candidate) => ({ candidate, far: distance(candidate, path) }))
    .sort((left, right) => left.far - right.far);
  if (best === undefined) return null;
  const { route, mismatches } = best.candidate;
  const detail = mismatches.map((mismatch) => mismatchWords(mismatch, route.match.path)).join('; ');
  return { source: sourceItem(route.source, ports), host: host.host, detail };
}

/** A path that differs is worse than any number of conditions; of those, the one with most in common with it is best. */
function distance({ route, mismatches }: Candidate, path: string): number {
  const conditions = mismatches.filter(({ about }) => about !== 'path').length;
  if (conditions === mismatches.length) return conditions;
  return 1_000_000 - commonLength(route.match.path.value, path) * 100 + conditions;
}

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

function nearestHost(graph: Graph, authority: string, listener: 'plain HTTP' | 'HTTPS'): TraceMiss | null {
  const name = hostOfAuthority(authority);
  const secure = listener === 'HTTPS';
  const served = [...graph.hosts.values()].filter(({ routes, secure: tls }) =>
    secure ? tls !== null : routes.length > 0,
  );
  const names = served.map(({ host }) => host as string);
  const declared = [...graph.hosts.keys()].find((host) => host === name);
  if (declared !== undefined)
    return { source: null, host: declared, detail: `${declared} is declared, and not served over ${listener}` };
  const above = names.find((host) => host.startsWith('*.') && name.endsWith(host.slice(1)));
  if (above !== undefined) return { source: null, host: above, detail: `${above} stands for one label` };
  const alike = closest(name, names);
  return alike === null ? null : { source: null, host: alike, detail: `${alike} is served, ${name} is not` };
}
