import type {
  Endpoints,
  Graph,
  HeaderMatch,
  QueryMatch,
  RouteAction,
  RouteMatch,
  ServiceTarget,
} from './graph/graph.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import { isWithin } from './objects/pointer.ts';
import { noObject, sameRef, type Source } from './objects/ref.ts';
import type { ActionItem, BackendItem, ReasonItem, RouteItem, RouteTablePorts, SourceItem } from './route-item.ts';

/** What was found at the route itself, or, where the whole host is closed, what closed it. */
export function reasonsAt(
  diagnostics: readonly Diagnostic[],
  source: Source,
  action: RouteAction | null,
): readonly ReasonItem[] {
  const own = diagnostics.filter(
    ({ subject, pointer }) => sameRef(subject, source.ref) && isWithin(pointer, source.pointer),
  );
  if (action?.type !== 'Error' || own.some(({ reason }) => reason === action.reason)) return own.map(reasonItem);
  return [...own, ...diagnostics.filter(({ reason }) => reason === action.reason)].map(reasonItem);
}

export function reasonItem({ type, reason, message, severity, pointer }: Diagnostic): ReasonItem {
  return { type, reason, message, severity, pointer };
}

export function matchItem({ path, headers, query }: RouteMatch): NonNullable<RouteItem['match']> {
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

export function actionItem(graph: Graph, action: RouteAction): ActionItem {
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

export function sourceItem({ ref, pointer }: Source, ports: Pick<RouteTablePorts, 'locate'>): SourceItem {
  const { kind, namespace, name } = ref;
  if (sameRef(ref, noObject)) return { apiVersion: '', kind: '', namespace, name, pointer };
  const apiVersion = kind === 'Ingress' ? 'networking.k8s.io/v1' : 'projectcontour.io/v1';
  return { apiVersion, kind, namespace, name, pointer, ...ports.locate(ref, pointer) };
}
