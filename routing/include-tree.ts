import { readConditions } from './graph/conditions.ts';
import type { Graph, HostGraph, Route } from './graph/graph.ts';
import { narrow, scopeMatch, wholeHost } from './graph/scope.ts';
import { bounds, defaultSettings } from './graph/settings.ts';
import { matchWords } from './match-words.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import type { MatchCondition } from './objects/generated/http-proxy.ts';
import { type HTTPProxy, type KubernetesObject, refOf } from './objects/kubernetes-object.ts';
import { isWithin } from './objects/pointer.ts';
import { displayName, type ObjectRef, refKey, sameRef, type Source } from './objects/ref.ts';
import { actionItem, reasonItem, sourceItem } from './report-items.ts';
import type { RouteTablePorts } from './route-item.ts';
import { selectHosts } from './route-table.ts';
import type { CertificateItem, TreeNode, TreeQuery } from './tree-item.ts';
import { orphanNodes, secretNodes } from './tree-leaves.ts';

/** What a tree is made from. */
export interface TreeWorld extends Pick<RouteTablePorts, 'locate'> {
  readonly graph: Graph;
  object(ref: ObjectRef): KubernetesObject | null;
  /** Reads a chain in PEM. */
  certificate(chain: Uint8Array): CertificateItem | null;
}

/** Who includes whom: a node for each host, then one for each proxy that no root includes. */
export function includeTree(world: TreeWorld, query: TreeQuery): readonly TreeNode[] {
  const hosts = selectHosts(world.graph, query.host).map((host) => hostNode(world, query, host));
  const orphans = query.host === null ? orphanNodes(world.graph, world) : [];
  return [...hosts, ...orphans].filter(
    (node) =>
      (query.name === null || contains(node, isNamed(query.name))) &&
      (query.namespace === null || contains(node, ({ source }) => source?.namespace === query.namespace)),
  );
}

function contains(node: TreeNode, isWanted: (node: TreeNode) => boolean): boolean {
  return isWanted(node) || node.children.some((child) => contains(child, isWanted));
}

/** @param name `name`, `kind/name` or `namespace/name` */
function isNamed(name: string): (node: TreeNode) => boolean {
  const [first = '', second] = name.split('/');
  const kinds = new Map([
    ['proxy', 'HTTPProxy'],
    ['httpproxy', 'HTTPProxy'],
    ['ing', 'Ingress'],
    ['ingress', 'Ingress'],
  ]);
  const kind = kinds.get(first.toLowerCase());
  return ({ source }) => {
    if (source === null) return false;
    if (second === undefined) return source.name === first;
    return source.name === second && (kind === undefined ? source.namespace === first : source.kind === kind);
  };
}

/** One walk: what all of its nodes share, and how much of the bound on includes is left. */
interface Walk {
  readonly world: TreeWorld;
  readonly query: TreeQuery;
  readonly host: HostGraph;
  readonly diagnostics: readonly Diagnostic[];
  /** By object and pointer: a proxy that is included twice has its routes twice. */
  readonly routes: ReadonlyMap<string, readonly Route[]>;
  left: number;
}

function hostNode(world: TreeWorld, query: TreeQuery, host: HostGraph): TreeNode {
  const routes = Map.groupBy(host.secure?.routes ?? host.routes, ({ source }) => placeKey(source));
  const diagnostics = host.visits.flatMap((visit) => visit.diagnostics);
  const walk: Walk = { world, query, host, diagnostics, routes, left: bounds.includes };
  const roots = host.visits.filter(({ role }) => role !== 'included');
  const certificate = query.certificates ? secretNodes(host, diagnostics, world) : [];
  const holder = host.holder === null ? null : { ref: host.holder, pointer: '/spec/virtualhost/fqdn' };
  return {
    type: 'host',
    source: holder === null ? null : sourceItem(holder, world),
    include: null,
    match: null,
    delegated: false,
    status: { state: 'valid', reasons: [] },
    name: host.host,
    action: null,
    children: [...roots.map(({ ref }) => objectNode(walk, ref, null, [])), ...certificate],
  };
}

function placeKey({ ref, pointer }: Source): string {
  return `${refKey(ref)} ${pointer}`;
}

/** @param include where the object above names it @param chain the objects that lead here */
function objectNode(walk: Walk, ref: ObjectRef, include: Source | null, chain: readonly ObjectRef[]): TreeNode {
  const { world } = walk;
  const object = world.object(ref);
  const isLoop = chain.some((above) => sameRef(above, ref));
  const above = chain.at(-1);
  const node = {
    type: ref.kind === 'Ingress' ? ('ingress' as const) : ('proxy' as const),
    source: sourceItem({ ref, pointer: '' }, world),
    include: include === null ? null : sourceItem(include, world),
    match: include === null ? null : conditionWords(includeConditions(world, include)),
    delegated: above !== undefined && above.namespace !== ref.namespace,
    name: displayName(ref),
    action: null,
  };
  const reasons = include === null ? [] : reasonsAt(walk, include);
  if (isLoop)
    return { ...node, status: { state: 'cycle', reasons: [...reasons, loopReason([...chain, ref])] }, children: [] };
  const state = object === null ? 'notFound' : stateOf(walk, ref);
  return {
    ...node,
    status: { state, reasons: [...reasons, ...ownReasons(walk, ref)] },
    children: childrenOf(walk, object, ref, chain),
  };
}

function childrenOf(
  walk: Walk,
  object: KubernetesObject | null,
  ref: ObjectRef,
  chain: readonly ObjectRef[],
): readonly TreeNode[] {
  if (object?.kind === 'Ingress') return walk.query.services ? routeNodes(walk, ref) : [];
  if (object?.kind !== 'HTTPProxy' || chain.length >= bounds.depth) return [];
  return [...(walk.query.services ? routeNodes(walk, ref) : []), ...includeNodes(walk, object, [...chain, ref])];
}

function includeNodes(walk: Walk, proxy: HTTPProxy, chain: readonly ObjectRef[]): readonly TreeNode[] {
  const from = refOf(proxy);
  const nodes: TreeNode[] = [];
  for (const [index, include] of (proxy.spec.includes ?? []).entries()) {
    walk.left -= 1;
    if (walk.left < 0) return nodes;
    const child: ObjectRef = {
      kind: 'HTTPProxy',
      namespace: include.namespace || from.namespace,
      name: include.name ?? '',
    };
    nodes.push(objectNode(walk, child, { ref: from, pointer: `/spec/includes/${index}` }, chain));
  }
  return nodes;
}

/** The routes that an object wrote, in the order in which they stand there. */
function routeNodes(walk: Walk, ref: ObjectRef): readonly TreeNode[] {
  const { world, routes } = walk;
  const own = [...routes].filter(
    ([, [first]]) => first !== undefined && sameRef(first.source.ref, ref) && !isInclude(first.source),
  );
  return own.flatMap(([, all]) => {
    const [route] = all;
    if (route === undefined) return [];
    const reasons = reasonsAt(walk, route.source);
    const state = reasons.some(({ severity }) => severity === 'error') ? ('invalid' as const) : ('valid' as const);
    return [
      {
        type: 'route' as const,
        source: sourceItem(route.source, world),
        include: null,
        match: matchWords(route.match),
        delegated: false,
        status: { state, reasons },
        name: displayName(ref),
        action: actionItem(world.graph, route.action),
        children: [],
      },
    ];
  });
}

/** What answers for an include that leads nowhere stands for no route of its own. */
function isInclude({ pointer }: Source): boolean {
  return pointer.startsWith('/spec/includes/');
}

function includeConditions(world: TreeWorld, { ref, pointer }: Source): readonly MatchCondition[] {
  const object = world.object(ref);
  const index = Number(pointer.slice(pointer.lastIndexOf('/') + 1));
  return (object?.kind === 'HTTPProxy' ? object.spec.includes?.[index]?.conditions : undefined) ?? [];
}

function conditionWords(conditions: readonly MatchCondition[]): string {
  const read = readConditions(conditions, defaultSettings.regexMaxProgramSize);
  const scope = 'about' in read ? read : narrow(wholeHost, read);
  return 'about' in scope ? 'conditions that are not right' : matchWords(scopeMatch(scope));
}

function reasonsAt({ diagnostics }: Walk, { ref, pointer }: Source): TreeNode['status']['reasons'] {
  return diagnostics
    .filter(({ subject, pointer: at }) => sameRef(subject, ref) && isWithin(at, pointer))
    .map(reasonItem);
}

/** What is wrong with an object itself, beside its routes and includes, which say it themselves. */
function ownReasons({ diagnostics }: Walk, ref: ObjectRef): TreeNode['status']['reasons'] {
  return diagnostics
    .filter(({ subject, pointer }) => sameRef(subject, ref) && !/^\/spec\/(routes|includes)\//.test(pointer))
    .map(reasonItem);
}

/** As this host sees it where it found a fault, else as the whole world does. */
function stateOf({ world, diagnostics }: Walk, ref: ObjectRef): 'valid' | 'invalid' | 'unverified' {
  if (diagnostics.some(({ subject, severity }) => severity === 'error' && sameRef(subject, ref))) return 'invalid';
  return world.graph.objects.get(refKey(ref))?.currentStatus === 'unverified' ? 'unverified' : 'valid';
}

function loopReason(chain: readonly ObjectRef[]): TreeNode['status']['reasons'][number] {
  return {
    type: 'IncludeError',
    reason: 'IncludeCreatesCycle',
    message: chain.map(displayName).join(' -> '),
    severity: 'error',
    pointer: '',
  };
}
