import type { Graph, HostGraph, HostName, ObjectStatus, Route } from '../../routing/graph/graph.ts';
import { displayName, type ObjectRef, sameRef } from '../../routing/objects/ref.ts';
import type { Finding, StoredCondition } from './condition.ts';
import { cutMessage, fieldPath } from './message.ts';
import { generationIn } from './read-status.ts';

/** Where the Envoys stand with one host as it is now, those of other controllers included. */
export type HostProgramming =
  | { readonly state: 'accepted' }
  /** Some have not answered yet. */
  | { readonly state: 'pending' }
  | { readonly state: 'refused'; readonly message: string }
  | { readonly state: 'unknown'; readonly reason: 'NoEnvoy' | 'PeerUnreachable'; readonly message: string };

export type AskProgramming = (host: HostName) => HostProgramming;

const accepted: HostProgramming = { state: 'accepted' };

/** Whether the Envoys run what the object says now. */
export function programmedCondition(
  graph: Graph,
  status: ObjectStatus,
  programming: AskProgramming,
  stored: StoredCondition | undefined,
): Finding {
  const nothing = whyNothing(graph, status);
  if (nothing !== null) return finding(status, 'False', nothing.reason, nothing.message);
  const worst = status.hosts
    .filter((host) => servesOn(graph.hosts.get(host), status.ref))
    .map((host): readonly [HostName, HostProgramming] => [host, programming(host)])
    .reduce<readonly [string, HostProgramming]>(
      (left, right) => (rank(right[1]) > rank(left[1]) ? right : left),
      ['', accepted],
    );
  const [host, { state }] = worst;
  if ((state === 'pending' || state === 'unknown') && isStillTrue(status, stored)) return stillTrue(status, stored);
  return findingOf(status, host, worst[1]);
}

function findingOf(status: ObjectStatus, host: string, found: HostProgramming): Finding {
  switch (found.state) {
    case 'accepted':
      return finding(status, 'True', 'Programmed', programmedMessage(status));
    case 'pending':
      return finding(status, 'False', 'Pending', `not every Envoy has accepted ${host} as it is now`);
    case 'refused':
      return finding(status, 'False', 'Refused', cutMessage(`${host}: ${found.message}`));
    case 'unknown':
      return finding(status, 'Unknown', found.reason, found.message);
  }
}

function finding({ generation }: ObjectStatus, status: Finding['status'], reason: string, message: string): Finding {
  return { type: 'Programmed', status, reason, message, observedGeneration: generation };
}

const ranks = { accepted: 0, pending: 1, unknown: 2, refused: 3 } as const;

function rank({ state }: HostProgramming): number {
  return ranks[state];
}

/**
 * What was once true of a generation stays true of it: an Envoy that comes or goes, a controller that cannot be asked or
 * an edit of another object that is still on its way takes nothing back.
 */
function isStillTrue({ generation }: ObjectStatus, stored: StoredCondition | undefined): stored is StoredCondition {
  return stored?.status === 'True' && generationIn(stored['observedGeneration']) === generation;
}

function stillTrue(status: ObjectStatus, { reason, message }: StoredCondition): Finding {
  return finding(status, 'True', reason, message);
}

/** Why no Envoy has anything of this object; null where it serves something. */
function whyNothing(
  graph: Graph,
  { ref, currentStatus, hosts, claim, description }: ObjectStatus,
): { readonly reason: string; readonly message: string } | null {
  if (currentStatus === 'orphaned') return { reason: 'Orphaned', message: description };
  const holder = claim === null ? null : (graph.hosts.get(claim.host)?.holder ?? null);
  if (claim !== null && holder !== null && !sameRef(holder, ref)) {
    return { reason: 'DuplicateVhost', message: `${claim.host} is held by HTTPProxy ${displayName(holder)}` };
  }
  if (hosts.some((host) => servesOn(graph.hosts.get(host), ref))) return null;
  const message = 'no route of this proxy answers anything but an error; the condition Valid says why';
  return { reason: 'NothingServed', message };
}

/** Has the object a route here that answers, of its own or of one that it includes? */
function servesOn(host: HostGraph | undefined, ref: ObjectRef): boolean {
  if (host === undefined) return false;
  const answers = ({ action, source, via }: Route): boolean =>
    action.type !== 'Error' && (sameRef(source.ref, ref) || via.some((include) => sameRef(include.ref, ref)));
  return host.routes.some(answers) || (host.secure?.routes.some(answers) ?? false);
}

/** As many as a person reads at once; the condition Valid has all of them. */
const mostReasons = 5;

function programmedMessage({ diagnostics }: ObjectStatus): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return 'every Envoy has accepted it';
  const named = errors
    .slice(0, mostReasons)
    .map(({ type, reason, pointer }) => `${type}/${reason} at ${fieldPath(pointer)}`.replace(/ at $/, ''));
  const more = errors.length > mostReasons ? [`${errors.length - mostReasons} more`] : [];
  return cutMessage(`every Envoy has accepted what is served; not served: ${[...named, ...more].join(', ')}`);
}
