import { displayName, type Source } from '../objects/ref.ts';
import type { Candidate } from './candidate.ts';
import { diagnose } from './diagnose.ts';
import type { LostClaim, Route } from './graph.ts';
import { matchKey } from './scope.ts';
import type { Visits } from './visits.ts';

/** The routes of one root, as they are come across. */
export interface Gathering {
  /** One a key: the one that was added first. */
  readonly candidates: ReadonlyMap<string, Candidate>;
  readonly lost: readonly LostClaim[];
  /** @param insecure whether plain HTTP serves the route where the host has TLS */
  add(route: Route, insecure: boolean): void;
}

/** @param secure whether the host has TLS, so that plain HTTP redirects */
export function createGathering(secure: boolean, visits: Visits): Gathering {
  const candidates = new Map<string, Candidate>();
  const lost: LostClaim[] = [];

  function lose({ source, match }: Route, winner: Source): void {
    lost.push({ source, match, reason: 'DuplicateMatchConditions', holder: winner });
    const message = `${winner.pointer} of ${displayName(winner.ref)} has the same conditions on this host and answers instead`;
    visits.report([diagnose(source, 'RouteError/DuplicateMatchConditions', message)]);
  }

  return {
    candidates,
    lost,
    add(route, insecure) {
      const key = matchKey(route.match);
      const holder = candidates.get(key);
      if (holder !== undefined) lose(route, holder.route.source);
      else candidates.set(key, { route, http: secure && !insecure ? 'redirect' : 'serve', https: secure });
    },
  };
}
