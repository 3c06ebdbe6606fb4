import type { Graph, HostGraph, HostName, LostClaim, Route, RouteMatch } from './graph/graph.ts';
import { fitsGlob } from './match/glob.ts';
import { chooseHost } from './match/host.ts';
import { pathMatches } from './match/path.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import { refKey, type Source } from './objects/ref.ts';
import { actionItem, matchItem, reasonsAt, sourceItem } from './report-items.ts';
import type { RouteItem, RouteQuery, RouteTablePorts } from './route-item.ts';

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
  const reasons = reasonsAt(view.diagnostics, route.source, route.action);
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
    status: { valid: false, verified: true, reasons: reasonsAt(view.diagnostics, claim.source, null) },
    holder: sourceItem(claim.holder, ports),
    programmed: null,
  };
}

/** Did the input hold what it takes to tell whether the object is right? */
function isVerified(graph: Graph, { ref }: Source): boolean {
  return graph.objects.get(refKey(ref))?.currentStatus !== 'unverified';
}
