import type { HostGraph, Route } from '../graph/graph.ts';
import { headerMatches, type Mismatch, queryMatches } from './conditions.ts';
import { type Facts, factsOf } from './facts.ts';
import { type Hosts, receive } from './listener.ts';
import { pathMatches } from './path.ts';
import type { Request } from './request.ts';

/** A route of the host that a request reached, and what of its conditions the request does not meet: nothing, if it fits. */
export interface Candidate {
  readonly route: Route;
  readonly mismatches: readonly Mismatch[];
}

/** What becomes of a request. */
export type Answer =
  /** The path is one that Envoy refuses: 400. */
  | { readonly type: 'badPath' }
  | { readonly type: 'noHost' }
  | { readonly type: 'noHandshake' }
  /** The handshake was for another host: 421, or 403 to an upgrade. */
  | { readonly type: 'misdirected'; readonly host: HostGraph; readonly upgradeRefused: boolean }
  /** None of the host's routes fits. An upgrade is refused with 403 where a plain request is answered 404. */
  | {
      readonly type: 'noRoute';
      readonly host: HostGraph;
      readonly candidates: readonly Candidate[];
      readonly upgradeRefused: boolean;
    }
  /** `route` answers; with `upgradeRefused` it is the route that lets no upgrade through, and the answer is 403. */
  | {
      readonly type: 'route';
      readonly host: HostGraph;
      readonly route: Route;
      readonly candidates: readonly Candidate[];
      readonly upgradeRefused: boolean;
      /** Where a redirect leads; null for other actions. */
      readonly location: string | null;
    };

/** Answers as an Envoy would that runs these hosts. */
export function matchRequest(hosts: Hosts, request: Request): Answer {
  const facts = factsOf(request);
  // Paths are put in order before anything is looked up.
  if (facts === null)
    return { type: request.scheme === 'https' && noHandshake(hosts, request) ? 'noHandshake' : 'badPath' };
  const reception = receive(hosts, request);
  if (reception.type === 'misdirected') return { ...reception, upgradeRefused: facts.upgrade };
  if (reception.type !== 'host') return reception;
  const { host, routes, misdirected } = reception;
  const candidates = routes.map((route) => ({ route, mismatches: mismatchesOf(route, facts) }));
  const decider = candidates.find(({ mismatches }) => mismatches.length === 0)?.route;
  const refused = facts.upgrade && decider !== undefined && !admitsUpgrade(request, decider);
  if (misdirected) return { type: 'misdirected', host, upgradeRefused: refused };
  if (decider === undefined)
    return { type: 'noRoute', host, candidates, upgradeRefused: facts.upgrade && request.scheme === 'http' };
  const location = decider.action.type === 'Redirect' && !refused ? redirectTarget(request, facts) : null;
  return { type: 'route', host, route: decider, candidates, upgradeRefused: refused, location };
}

function noHandshake(hosts: Hosts, request: Request): boolean {
  return receive(hosts, request).type === 'noHandshake';
}

function mismatchesOf({ match }: Route, facts: Facts): readonly Mismatch[] {
  const mismatches: Mismatch[] = pathMatches(match.path, facts.path) ? [] : [{ about: 'path' }];
  for (const wanted of match.headers) {
    const actual = facts.header(wanted.name);
    if (!headerMatches(wanted, actual)) mismatches.push({ about: 'header', wanted, actual });
  }
  for (const wanted of match.query) {
    const actual = facts.query(wanted.name);
    if (!queryMatches(wanted, actual)) mismatches.push({ about: 'query', wanted, actual });
  }
  return mismatches;
}

/** What answers by itself takes an upgrade for a plain request, on plain HTTP: see xds/envoy/http-listener.ts. */
function admitsUpgrade({ scheme }: Request, { action }: Route): boolean {
  if (action.type === 'Forward') return action.websockets;
  return scheme === 'http';
}

/** Only the usual port of plain HTTP is left out. */
function redirectTarget({ scheme, authority }: Request, { target }: Facts): string {
  return `https://${scheme === 'http' ? authority.replace(/:80$/, '') : authority}${target}`;
}
