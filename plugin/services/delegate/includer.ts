import type { HostName, RouteMatch } from '../../../routing/graph/graph.ts';
import { closest } from '../../../routing/objects/edit-distance.ts';
import { displayName, type ObjectRef } from '../../../routing/objects/ref.ts';
import type { HostPrefix } from '../change/find-include.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import type { ChildName } from './target.ts';
import type { TrialWorld } from './world.ts';

/** The HTTPProxy that is to include the child. */
export interface Includer {
  readonly namespace: string;
  readonly name: string;
  readonly host: HostName;
  /** All that leads to it; null for the root. */
  readonly above: RouteMatch | null;
  /** What is left of the prefix from there. */
  readonly prefix: string;
}

/** The root that holds the host, or with `--root` the HTTPProxy that is named, which the root includes. */
export function findIncluder(
  { local: { graph, objects }, unread, missing, faults }: TrialWorld,
  { host: wanted, prefix }: HostPrefix,
  named: ChildName | null,
): Includer | Problem {
  const host = wanted as HostName;
  const graphOfHost = graph.hosts.get(host);
  if (graphOfHost === undefined) return unknownHost([...graph.hosts.keys()], host, { unread, missing, faults });
  const { holder, visits } = graphOfHost;
  if (holder === null) {
    const users = visits.map(({ ref }) => `${ref.kind} ${displayName(ref)}`).join(', ');
    return problemOf(`${host} has no root HTTPProxy that could include anything: it is served by ${users}`);
  }
  const ref: ObjectRef =
    named === null ? holder : { kind: 'HTTPProxy', namespace: named.namespace ?? holder.namespace, name: named.name };
  if (displayName(ref) === displayName(holder)) {
    const isSeen = [...objects.values()].some(
      ({ kind, metadata }) =>
        kind === 'HTTPProxy' && metadata.namespace === ref.namespace && metadata.name === ref.name,
    );
    if (!isSeen && named === null) return hiddenRoot(host);
    return { namespace: ref.namespace, name: ref.name, host, above: null, prefix };
  }
  const scopes = visits.find((visit) => displayName(visit.ref) === displayName(ref))?.scopes ?? [];
  const fitting = scopes.filter(({ path }) => `${prefix}/`.startsWith(`${path.value.replace(/\/$/, '')}/`));
  const above = fitting.toSorted((left, right) => right.path.value.length - left.path.value.length)[0];
  if (above === undefined)
    return problemOf(
      `${displayName(ref)} is neither the root of ${host}, which is ${displayName(holder)}, nor included for ${host}${prefix || '/'}`,
    );
  const rest = prefix.slice(above.path.value.replace(/\/$/, '').length);
  return { namespace: ref.namespace, name: ref.name, host, above, prefix: rest };
}

const mostFaults = 5;

function hiddenRoot(host: string): Problem {
  return problemOf(`the root of ${host} is in a namespace that you may not read`, [
    'Ask whoever runs it to delegate; or name it, if you may change it: --root NAMESPACE/NAME',
  ]);
}

function unknownHost(
  hosts: readonly string[],
  host: string,
  { unread, missing, faults }: Pick<TrialWorld, 'unread' | 'missing' | 'faults'>,
): Problem {
  const similar = closest(host, hosts);
  const meant = similar === null ? '' : `; did you mean ${similar}?`;
  if (missing.length > 0)
    return problemOf(`it is not known which HTTPProxy has the host ${host}: not all of them may be read`, [
      `Not read: ${unread.join(', ')}.`,
      ...missing,
    ]);
  const hints = [
    ...faults.slice(0, mostFaults),
    ...(faults.length > mostFaults ? [`and ${faults.length - mostFaults} more`] : []),
    ...(unread.length === 0 ? [] : [`Not all was read: you may not see ${unread.join(', ')}.`]),
    'A host is made by an HTTPProxy with spec.virtualhost.fqdn; paths of it can be delegated then.',
  ];
  return problemOf(`no HTTPProxy has the host ${host}${meant}`, hints);
}
