import type {
  Endpoints,
  Graph,
  HeaderMatch,
  HostGraph,
  HostName,
  LostClaim,
  QueryMatch,
  Route,
  RouteAction,
  RouteMatch,
  ServiceTarget,
} from './graph/graph.ts';
import { fitsGlob } from './match/glob.ts';
import { chooseHost } from './match/host.ts';
import { pathMatches } from './match/path.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import type { Source } from './objects/ref.ts';
import { isWithin } from './objects/pointer.ts';
import { refKey, sameRef } from './objects/ref.ts';

import type {
  ActionItem,
  BackendItem,
  ReasonItem,
  RouteItem,
  RouteQuery,
  RouteTablePorts,
  SourceItem,
} from './route-item.ts';

/** The rows of the effective route table, by host, listener and the order in which Envoy evaluates them. */
export function routeTable(graph: Graph, query: RouteQuery, ports: RouteTablePorts): readonly RouteItem[] {
  return selectHosts(graph, query.host).flatMap((host) => hostRows(graph, host, query, ports));
}

/** The declared hosts that a query is about, sorted. */
export function selectHosts(graph: Graph, wanted: string | null): readonly HostGraph[] {
  return namesOf(graph, wanted)
    .map((name) => graph.hosts.get(name as HostName))
    .filter((host) => host !== undefined);
}

function namesOf(graph: Graph, wanted: string | null): readonly string[] {
  if (wanted !== null && !wanted.includes('*')) {
    const chosen = chooseHost(graph.hosts as ReadonlyMap<string, HostGraph>, wanted);
    return chosen === null ? [] : [chosen];
  }
  const pattern = wanted?.toLowerCase() ?? '*';
  return [...graph.hosts.keys()].filter((name) => fitsGlob(pattern, name)).sort();
}

/** What all rows of a host share, found out once. */
interface HostView {
  readonly graph: Graph;
  readonly host: HostGraph;
  readonly diagnostics: readonly Diagnostic[];
  readonly programmed: RouteItem['programmed'];
  readonly ports: RouteTablePorts;
}

function hostRows(graph: Graph, host: HostGraph, query: RouteQuery, ports: RouteTablePorts): readonly RouteItem[] {
  const diagnostics = host.visits.flatMap((visit) => visit.diagnostics);
  const view: HostView = { graph, host, diagnostics, programmed: ports.programmed(host.host), ports };
  const rows = (listener: RouteItem['listener'], routes: readonly Route[]): readonly RouteItem[] =>
    routes.flatMap((route, index) =>
      isWanted(query, [route.source, ...route.via], route.match) ? [routeRow(view, listener, index + 1, route)] : [],
    );
  const lost = host.lost
    .filter((claim) => (query.invalid || query.namespace !== null) && isWanted(query, [claim.source], claim.match))
    .map((claim) => lostRow(view, claim));
  return [...rows('http', host.routes), ...rows('https', host.secure?.routes ?? []), ...lost];
}

/** @param writers who wrote it, and who included that */
function isWanted({ namespace, path }: RouteQuery, writers: readonly Source[], match: RouteMatch | null): boolean {
  if (namespace !== null && !writers.some(({ ref }) => ref.namespace === namespace)) return false;
  return path === null || match === null || pathMatches(match.path, path);
}

function routeRow(view: HostView, listener: RouteItem['listener'], order: number, route: Route): RouteItem {
  const { graph, host, ports } = view;
  const reasons = reasonsOf(view, route.source, route.action);
  return {
    host: host.host,
    listener,
    order,
    match: matchItem(route.match),
    action: actionItem(graph, route.action),
    policies: route.action.type === 'Forward' && route.action.websockets ? { websockets: true } : {},
    source: sourceItem(route.source, ports),
    via: route.via.map((source) => sourceItem(source, ports)),
    status: {
      valid: !reasons.some(({ severity }) => severity === 'error'),
      verified: isVerified(graph, route.source),
      reasons,
    },
    programmed: view.programmed,
  };
}

function lostRow(view: HostView, claim: LostClaim): RouteItem {
  const { host, ports } = view;
  return {
    host: host.host,
    listener: 'http',
    order: null,
    match: claim.match === null ? null : matchItem(claim.match),
    action: null,
    policies: {},
    source: sourceItem(claim.source, ports),
    via: [],
    status: { valid: false, verified: true, reasons: reasonsOf(view, claim.source, null) },
    holder: sourceItem(claim.holder, ports),
    programmed: null,
  };
}

/** Did the input hold what it takes to tell whether the object is right? */
function isVerified(graph: Graph, { ref }: Source): boolean {
  return graph.objects.get(refKey(ref))?.currentStatus !== 'unverified';
}

/** What was found at the route itself, or, where the whole host is closed, what closed it. */
function reasonsOf({ diagnostics }: HostView, source: Source, action: RouteAction | null): readonly ReasonItem[] {
  const own = diagnostics.filter(
    ({ subject, pointer }) => sameRef(subject, source.ref) && isWithin(pointer, source.pointer),
  );
  if (action?.type !== 'Error' || own.some(({ reason }) => reason === action.reason)) return own.map(reasonItem);
  return [...own, ...diagnostics.filter(({ reason }) => reason === action.reason)].map(reasonItem);
}

function reasonItem({ type, reason, message, severity, pointer }: Diagnostic): ReasonItem {
  return { type, reason, message, severity, pointer };
}

function matchItem({ path, headers, query }: RouteMatch): NonNullable<RouteItem['match']> {
  return { method: null, path, headers: headers.map(conditionItem), query: query.map(conditionItem) };
}

function conditionItem(match: HeaderMatch | QueryMatch): {
  readonly name: string;
  readonly type: string;
  readonly value: string;
} {
  const negated = 'invert' in match && match.invert;
  return { name: match.name, type: negated ? `Not${match.type}` : match.type, value: match.value };
}

function actionItem(graph: Graph, action: RouteAction): ActionItem {
  switch (action.type) {
    case 'Forward':
      return { type: 'Forward', backends: backendItems(graph, action), mirror: mirrorItem(action) };
    case 'Redirect':
      return { type: 'Redirect', scheme: action.scheme, status: action.status };
    case 'DirectResponse':
      return { type: 'DirectResponse', status: action.status };
    case 'Error':
      return action;
  }
}

type Forward = Extract<RouteAction, { type: 'Forward' }>;

function backendItems(graph: Graph, { backends }: Forward): readonly BackendItem[] {
  const total = backends.reduce((sum, { effectiveWeight }) => sum + effectiveWeight, 0);
  return backends.map(({ target, weight, effectiveWeight }) => ({
    ...targetItem(target),
    weight,
    percent: Math.round((effectiveWeight / total) * 10_000) / 100,
    endpoints: endpointsItem(graph.endpoints.get(target.endpoints)),
  }));
}

function mirrorItem({ mirror }: Forward): Extract<ActionItem, { type: 'Forward' }>['mirror'] {
  return mirror === null ? null : { ...targetItem(mirror.target), percent: mirror.percent };
}

function targetItem({ namespace, name, port }: ServiceTarget): Pick<BackendItem, 'namespace' | 'name' | 'port'> {
  return { namespace, name, port };
}

function endpointsItem(endpoints: Endpoints | undefined): BackendItem['endpoints'] {
  return endpoints?.known === true ? { ready: endpoints.ready.length, total: endpoints.total } : null;
}

function sourceItem({ ref, pointer }: Source, ports: RouteTablePorts): SourceItem {
  const { kind, namespace, name } = ref;
  const apiVersion = kind === 'Ingress' ? 'networking.k8s.io/v1' : 'projectcontour.io/v1';
  return { apiVersion, kind, namespace, name, pointer, ...ports.locate(ref, pointer) };
}
