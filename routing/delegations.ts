import type { CertificateDelegation, DelegationItem, DelegationQuery, PathDelegation } from './delegation-item.ts';
import { lendsTo } from './graph/certificate-delegation.ts';
import { readConditions } from './graph/conditions.ts';
import type { Graph, HostGraph, RouteMatch } from './graph/graph.ts';
import { narrow, type Scope, scopeMatch, wholeHost } from './graph/scope.ts';
import { bounds, defaultSettings } from './graph/settings.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import {
  type HTTPProxy,
  type KubernetesObject,
  refOf,
  type TLSCertificateDelegation,
} from './objects/kubernetes-object.ts';
import { isWithin } from './objects/pointer.ts';
import { type ObjectRef, type RefKey, refKey, sameRef, type Source } from './objects/ref.ts';
import { matchItem, sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';

/** What a list of delegations is made from. */
export interface DelegationWorld extends Pick<RouteTablePorts, 'locate'> {
  readonly graph: Graph;
  readonly objects: ReadonlyMap<RefKey, KubernetesObject>;
}

/** Who gave which path, and which certificate, to whom: by host and path, then by Secret. */
export function delegations(world: DelegationWorld, query: DelegationQuery): readonly DelegationItem[] {
  const hosts = [...world.graph.hosts.values()].toSorted((left, right) => (left.host < right.host ? -1 : 1));
  const certificates = [...world.objects.values()].flatMap((object) =>
    object.kind === 'TLSCertificateDelegation' ? certificatesOf(world, object) : [],
  );
  return [...hosts.flatMap((host) => pathsOf(world, host)), ...certificates].filter((item) => isWanted(item, query));
}

function isWanted(item: DelegationItem, { to, namespace, broken }: DelegationQuery): boolean {
  const target = item.type === 'Path' ? item.to.namespace : item.target;
  const isTo = (wanted: string): boolean => lendsTo([target], wanted);
  if (to !== null && !isTo(to)) return false;
  if (namespace !== null && item.from?.namespace !== namespace && !isTo(namespace)) return false;
  return !broken || !item.status.valid;
}

function pathsOf(world: DelegationWorld, host: HostGraph): readonly PathDelegation[] {
  const root = host.holder === null ? undefined : world.objects.get(refKey(host.holder));
  if (host.holder === null) return [];
  if (root?.kind !== 'HTTPProxy') return pathsFromAfar(world, host);
  const items: PathDelegation[] = [];
  walk(world, host, { proxy: root, scope: wholeHost, chain: [refKey(refOf(root))] }, items);
  return items;
}

interface Place {
  readonly proxy: HTTPProxy;
  readonly scope: Scope;
  readonly chain: readonly RefKey[];
}

function walk(world: DelegationWorld, host: HostGraph, place: Place, items: PathDelegation[]): void {
  const { proxy, scope, chain } = place;
  for (const [index, include] of (proxy.spec.includes ?? []).entries()) {
    if (items.length >= bounds.includes) return;
    const source: Source = { ref: refOf(proxy), pointer: `/spec/includes/${index}` };
    const read = readConditions(include.conditions ?? [], defaultSettings.regexMaxProgramSize);
    const within = 'about' in read ? read : narrow(scope, read);
    // What cannot be narrowed is told where it is written.
    const next = 'about' in within ? scope : within;
    const to = { namespace: include.namespace || proxy.metadata.namespace, name: include.name ?? '' };
    items.push(pathItem(world, host, scopeMatch(next), source, to));
    const key = refKey({ kind: 'HTTPProxy', ...to });
    const child = world.objects.get(key);
    if (child?.kind === 'HTTPProxy' && !chain.includes(key) && chain.length < bounds.depth)
      walk(world, host, { proxy: child, scope: next, chain: [...chain, key] }, items);
  }
}

function pathItem(
  { graph, locate }: DelegationWorld,
  host: HostGraph,
  match: RouteMatch,
  source: Source,
  to: PathDelegation['to'],
): PathDelegation {
  const said = host.visits.flatMap(({ diagnostics }) => diagnostics);
  const atInclude = said.filter(
    ({ subject, pointer }) => sameRef(subject, source.ref) && isWithin(pointer, source.pointer),
  );
  const child: ObjectRef = { kind: 'HTTPProxy', ...to };
  const inChild = said.filter(({ subject }) => sameRef(subject, child));
  const unread = atInclude.some(({ reason }) => reason === 'IncludeNotRead');
  const verified = !unread && graph.objects.get(refKey(child))?.currentStatus !== 'unverified';
  const { headers, query } = matchItem(match);
  return {
    type: 'Path',
    host: host.host,
    prefix: match.path.value,
    conditions: { headers, query },
    from: sourceItem(source, { locate }),
    to,
    status: standing([...atInclude, ...inChild], verified),
  };
}

/** The root is where we may not look: its children tell what leads to them. */
function pathsFromAfar({ graph }: DelegationWorld, host: HostGraph): readonly PathDelegation[] {
  return host.visits
    .filter(({ role }) => role === 'included')
    .flatMap(({ ref, scopes, diagnostics }) =>
      scopes.map((scope): PathDelegation => {
        const { headers, query } = matchItem(scope);
        const verified = graph.objects.get(refKey(ref))?.currentStatus !== 'unverified';
        const to = { namespace: ref.namespace, name: ref.name };
        const path = { host: host.host, prefix: scope.path.value, conditions: { headers, query } };
        return { type: 'Path', ...path, from: null, to, status: standing(diagnostics, verified) };
      }),
    );
}

function standing(found: readonly Diagnostic[], verified: boolean): PathDelegation['status'] {
  const reasons = found.map(({ type, reason, message, severity, pointer }) => ({
    type,
    reason,
    message,
    severity,
    pointer,
  }));
  return { valid: !reasons.some(({ severity }) => severity === 'error'), verified, reasons };
}

function certificatesOf(
  world: DelegationWorld,
  delegation: TLSCertificateDelegation,
): readonly CertificateDelegation[] {
  const { namespace } = delegation.metadata;
  const ref = refOf(delegation);
  const said = world.graph.objects.get(refKey(ref))?.diagnostics ?? [];
  return (delegation.spec.delegations ?? []).flatMap(({ secretName = '', targetNamespaces = [] }, index) =>
    targetNamespaces.map((target): CertificateDelegation => {
      const secret = { namespace, name: secretName };
      const pointer = `/spec/delegations/${index}`;
      const usedBy = [...world.graph.hosts.values()].filter((host) => isUser(host, secret, target));
      return {
        type: 'Certificate',
        secret,
        target,
        from: sourceItem({ ref, pointer }, world),
        usedBy: usedBy.map(({ host }) => host).toSorted(),
        status: standing(said, true),
      };
    }),
  );
}

function isUser({ secure, holder }: HostGraph, secret: CertificateDelegation['secret'], target: string): boolean {
  if (secure?.secret.namespace !== secret.namespace || secure.secret.name !== secret.name) return false;
  const home = holder?.namespace;
  return home === undefined || (home !== secret.namespace && lendsTo([target], home));
}
