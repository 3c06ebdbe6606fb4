import { displayName } from '../objects/ref.ts';
import type { Candidate } from './candidate.ts';
import { compareClaims, isOlder } from './claim.ts';
import { diagnose } from './diagnose.ts';
import type { LostClaim, RouteMatch } from './graph.ts';
import type { IngressClaim } from './ingress-routes.ts';
import type { ProxyHost } from './proxy-host.ts';
import type { Visits } from './visits.ts';

/**
 * Lets Ingress paths into a host one key at a time; the eldest Ingress of a key speaks for all of them. An
 * HTTPProxy route keeps its path against one of its own namespace, which is how people migrate: it takes
 * that Ingress's place, and its seniority over the others. Across namespaces the older keeps the path.
 */
export function mergeIngress(
  proxy: ProxyHost,
  claims: readonly IngressClaim[],
  visits: Visits,
): { readonly candidates: readonly Candidate[]; readonly lost: readonly LostClaim[] } {
  const taken = new Map<string, Candidate>();
  const free: Candidate[] = [];
  for (const candidate of proxy.candidates.values()) {
    const key = pathKey(candidate.route.match);
    if (key === null) free.push(candidate);
    else taken.set(key, candidate);
  }
  const lost: LostClaim[] = [];
  const settled = new Set<string>();
  for (const claim of [...claims].sort((left, right) => compareClaims(left.ingress, right.ingress))) {
    const key = pathKey(claim.candidate.route.match) as string;
    const holder = taken.get(key);
    const isEldest = !settled.has(key);
    settled.add(key);
    if (holder === undefined || (isEldest && takesOver(proxy, holder, claim))) {
      taken.set(key, claim.candidate);
      if (holder !== undefined) lost.push(lose(holder, claim.candidate, visits));
    } else {
      lost.push(lose(claim.candidate, holder, visits));
    }
  }
  return { candidates: [...free, ...taken.values()], lost };
}

/**
 * What an Ingress path competes for; null for a route that also asks for headers or query. String and
 * segment prefixes compete for one key: a newcomer could otherwise take a prefix by writing it the other way.
 */
function pathKey({ path, headers, query }: RouteMatch): string | null {
  if (headers.length > 0 || query.length > 0) return null;
  return `${path.type === 'SegmentPrefix' ? 'Prefix' : path.type} ${path.value}`;
}

/** @param candidate the HTTPProxy route that has the path: its own namespace counts, which an include may have led to */
function takesOver({ holder }: ProxyHost, candidate: Candidate, { ingress }: IngressClaim): boolean {
  const { namespace } = candidate.route.source.ref;
  return holder !== null && namespace !== ingress.metadata.namespace && isOlder(ingress, holder);
}

function lose(loser: Candidate, winner: Candidate, visits: Visits): LostClaim {
  const { source, match } = loser.route;
  const holder = winner.route.source;
  const message = `path ${match.path.value} of this host is held by ${holder.ref.kind} ${displayName(holder.ref)}, which keeps serving it`;
  visits.report([diagnose(source, 'IngressError/PathTaken', message)]);
  return { source, match, reason: 'PathTaken', holder };
}
