import { displayName } from '../objects/ref.ts';
import type { Candidate } from './candidate.ts';
import { compareClaims, isOlder } from './claim.ts';
import { diagnose } from './diagnose.ts';
import type { LostClaim, RouteMatch } from './graph.ts';
import type { IngressClaim } from './ingress-routes.ts';
import type { ProxyHost } from './proxy-host.ts';
import type { Visits } from './visits.ts';

/**
 * Lets Ingress paths into a host one key at a time. An HTTPProxy route keeps its path against an Ingress
 * of the root's namespace, which is how people migrate; across namespaces, and among Ingresses, the older
 * keeps it.
 */
export function mergeIngress(
  proxy: ProxyHost,
  claims: readonly IngressClaim[],
  visits: Visits,
): { readonly candidates: readonly Candidate[]; readonly lost: readonly LostClaim[] } {
  const taken = new Map<string, { candidate: Candidate; claim: IngressClaim | null }>();
  const free: Candidate[] = [];
  for (const candidate of proxy.candidates.values()) {
    const key = pathKey(candidate.route.match);
    if (key === null) free.push(candidate);
    else taken.set(key, { candidate, claim: null });
  }
  const lost: LostClaim[] = [];
  for (const claim of [...claims].sort((left, right) => compareClaims(left.ingress, right.ingress))) {
    const key = pathKey(claim.candidate.route.match) as string;
    const holder = taken.get(key);
    if (holder === undefined || (holder.claim === null && takesOver(proxy, claim))) {
      taken.set(key, { candidate: claim.candidate, claim });
      if (holder !== undefined) lost.push(lose(holder.candidate, claim.candidate, visits));
    } else {
      lost.push(lose(claim.candidate, holder.candidate, visits));
    }
  }
  return { candidates: [...free, ...[...taken.values()].map(({ candidate }) => candidate)], lost };
}

/**
 * What an Ingress path competes for; null for a route that also asks for headers or query. String and
 * segment prefixes compete for one key: a newcomer could otherwise take a prefix by writing it the other way.
 */
function pathKey({ path, headers, query }: RouteMatch): string | null {
  if (headers.length > 0 || query.length > 0) return null;
  return `${path.type === 'SegmentPrefix' ? 'Prefix' : path.type} ${path.value}`;
}

function takesOver({ holder }: ProxyHost, { ingress }: IngressClaim): boolean {
  return holder !== null && holder.metadata.namespace !== ingress.metadata.namespace && isOlder(ingress, holder);
}

function lose(loser: Candidate, winner: Candidate, visits: Visits): LostClaim {
  const { source, match } = loser.route;
  const holder = winner.route.source;
  const message = `path ${match.path.value} of this host is held by ${holder.ref.kind} ${displayName(holder.ref)}, which keeps serving it`;
  visits.report([diagnose(source, 'IngressError/PathTaken', message)]);
  return { source, match, reason: 'PathTaken', holder };
}
