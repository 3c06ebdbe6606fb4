import type { Graph, HostName, ObjectStatus, Route } from '../../routing/graph/graph.ts';
import type { Diagnostic } from '../../routing/objects/diagnostic.ts';
import type { ActionItem, RouteItem, SourceItem } from '../../routing/route-item.ts';
import { routeTable } from '../../routing/route-table.ts';

/** A world in lines that people can review. */
export interface World {
  readonly objects: Readonly<Record<string, ObjectEntry>>;
  readonly tls?: readonly string[];
  readonly routes: readonly string[];
}

type ObjectEntry = string | { readonly status: string; readonly diagnostics: readonly string[] };

const everything = { host: null, path: null, namespace: null, invalid: true };
const noPorts = { locate: () => null, programmed: () => null };

export function describeWorld(graph: Graph): World {
  const objects = [...graph.objects.values()].map((status) => [objectName(status.ref), objectEntry(status)] as const);
  const tls = [...graph.hosts.values()].flatMap(({ host, secure }) => {
    if (secure === null) return [];
    const { secret, minimumProtocolVersion: minimum, maximumProtocolVersion: maximum } = secure;
    return [`${host} ${secret.namespace}/${secret.name} ${minimum} to ${maximum}`];
  });
  return {
    objects: Object.fromEntries(objects.sort(([left], [right]) => (left < right ? -1 : 1))),
    ...(tls.length === 0 ? {} : { tls: tls.sort() }),
    routes: routeTable(graph, everything, noPorts).map((item) => routeLine(graph, item)),
  };
}

function objectName({ kind, namespace, name }: ObjectStatus['ref']): string {
  return `${kind} ${namespace}/${name}`;
}

function objectEntry({ currentStatus, diagnostics }: ObjectStatus): ObjectEntry {
  return diagnostics.length === 0
    ? currentStatus
    : { status: currentStatus, diagnostics: diagnostics.map(diagnosticLine) };
}

function diagnosticLine({ severity, type, reason, pointer, message }: Diagnostic): string {
  return `${severity} ${type}/${reason} at ${pointer === '' ? 'object' : pointer}: ${message}`;
}

function routeLine(graph: Graph, item: RouteItem): string {
  if (item.order === null) return lostLine(item);
  const route = routeOf(graph, item);
  const action = actionText(item.action as ActionItem, route);
  const via = item.via.map((source) => ` via ${place(source)}`).join('');
  const why = item.action?.type === 'Error' ? unexplained(item) : '';
  return `${item.listener} ${item.host} ${item.order} ${matchText(item, route)} -> ${action} from ${place(item.source)}${via}${why}`;
}

/** A route that answers an error says why; one that does not shows in the line. */
function unexplained({ status }: RouteItem): string {
  return status.reasons.length === 0 ? ' WITHOUT A REASON' : '';
}

function lostLine(item: RouteItem): string {
  const match = item.match === null ? 'whole host' : matchText(item, null);
  const holder = item.holder === undefined ? '' : ` to ${place(item.holder)}`;
  return `lost ${item.host} ${match} from ${place(item.source)}${holder}`;
}

function routeOf(graph: Graph, { host, listener, order }: RouteItem): Route {
  const found = graph.hosts.get(host as HostName);
  const routes = listener === 'http' ? found?.routes : found?.secure?.routes;
  const route = routes?.[(order ?? 0) - 1];
  if (route === undefined) throw new Error(`the table has a row that the graph has not: ${host} ${order}`);
  return route;
}

/** What the table leaves out is read from the route itself. */
function matchText({ match }: RouteItem, route: Route | null): string {
  if (match === null) return '';
  const headers = match.headers.map(({ name, type, value }, index) => {
    const header = route?.match.headers[index];
    const flags = `${header?.ignoreCase === true ? ' ignoring case' : ''}${header?.treatMissingAsEmpty === true ? ' missing is empty' : ''}`;
    return ` [${`${name} ${type} ${value}`.trimEnd()}${flags}]`;
  });
  const query = match.query.map(({ name, type, value }, index) => {
    const flags = route?.match.query[index]?.ignoreCase === true ? ' ignoring case' : '';
    return ` [?${`${name} ${type} ${value}`.trimEnd()}${flags}]`;
  });
  return `${match.path.type} ${match.path.value}${headers.join('')}${query.join('')}`;
}

function actionText(item: ActionItem, { action }: Route): string {
  switch (item.type) {
    case 'Forward':
      return forwardText(item, action as Extract<Route['action'], { type: 'Forward' }>);
    case 'Redirect':
      return `redirect ${item.status} ${item.scheme}`;
    case 'DirectResponse':
      return `respond ${item.status}`;
    case 'Error':
      return `error ${item.status} ${item.reason}`;
  }
}

function forwardText(
  { backends, mirror }: Extract<ActionItem, { type: 'Forward' }>,
  action: Extract<Route['action'], { type: 'Forward' }>,
): string {
  const shares = backends.map(({ namespace, name, port, percent }, index) => {
    const protocol = action.backends[index]?.target.protocol ?? null;
    return `${namespace}/${name}:${port}${protocol === null ? '' : ` ${protocol}`} ${percent}%`;
  });
  const copy = mirror === null ? '' : ` mirror ${mirror.namespace}/${mirror.name}:${mirror.port} ${mirror.percent}%`;
  return `${shares.join(' + ')}${copy}${action.websockets ? ' websockets' : ''}`;
}

function place({ kind, namespace, name, pointer }: SourceItem): string {
  return `${kind} ${namespace}/${name} ${pointer}`;
}
