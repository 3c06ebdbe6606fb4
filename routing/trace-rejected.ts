import type { LostClaim, RouteMatch } from './graph/graph.ts';
import { orderReason, type OrderReason } from './graph/sort.ts';
import type { Mismatch } from './match/conditions.ts';
import type { Answer, Candidate } from './match/match-request.ts';
import { matchWords, mismatchWords, orderWords } from './match-words.ts';
import { displayName } from './objects/ref.ts';
import { sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';
import type { TraceQuery, TraceRejection } from './trace-item.ts';

type Locate = Pick<RouteTablePorts, 'locate'>;

/** Routes that could have answered but for one thing, in the order in which Envoy tries them, then claims that were lost. */
export function rejections({ all }: TraceQuery, answer: Answer, ports: Locate): readonly TraceRejection[] {
  if (answer.type !== 'route' && answer.type !== 'noRoute') return [];
  const decider = answer.type === 'route' ? answer.candidates.findIndex(({ route }) => route === answer.route) : -1;
  const winner = answer.candidates[decider]?.route.match ?? null;
  const routes = answer.candidates.flatMap((candidate, index) => {
    if (index === decider) return [];
    const isBehind = decider >= 0 && index > decider;
    const isTold = all || (isBehind ? candidate.mismatches.length === 0 : !differsInPath(candidate));
    return isTold ? [rejection(candidate, winner, ports)] : [];
  });
  return [...routes, ...answer.host.lost.map((claim) => lostClaim(claim, ports))];
}

const differsInPath = ({ mismatches }: Candidate): boolean => mismatches.some(({ about }) => about === 'path');

const differs = { path: 'PathDiffers', header: 'HeaderDiffers', query: 'QueryDiffers' } as const satisfies Record<
  Mismatch['about'],
  string
>;

function rejection({ route, mismatches }: Candidate, winner: RouteMatch | null, ports: Locate): TraceRejection {
  const { match, source } = route;
  const [first] = mismatches;
  const told = { source: sourceItem(source, ports), match: matchWords(match) };
  if (first !== undefined) {
    const detail = mismatches.map((mismatch) => mismatchWords(mismatch, match.path)).join('; ');
    return { ...told, reason: differs[first.about], detail };
  }
  const order = winner === null ? null : orderReason(winner, match);
  return { ...told, reason: rejectionReason(order, match), detail: orderWords(order, match.path) };
}

function rejectionReason(order: OrderReason | null, { path }: RouteMatch): string {
  switch (order) {
    case 'PathType':
      return 'LessExactPath';
    case 'PathLength':
      return path.type === 'Regex' ? 'ShorterRegex' : 'ShorterPrefix';
    case 'PathValue':
      return 'LaterPath';
    case 'HeaderCount':
      return 'FewerHeaders';
    case 'QueryCount':
      return 'FewerQueryParameters';
    case 'WholeSegments':
      return 'StringPrefix';
    case 'HeaderValues':
      return 'LaterHeaders';
    case 'QueryValues':
    case null:
      return 'LaterQueryParameters';
  }
}

function lostClaim({ source, match, reason, holder }: LostClaim, ports: Locate): TraceRejection {
  const what = match === null ? 'the host' : 'this path';
  const detail = `${what} is held by ${holder.ref.kind} ${displayName(holder.ref)}`;
  return { source: sourceItem(source, ports), match: match === null ? null : matchWords(match), reason, detail };
}
