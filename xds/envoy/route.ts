import type { Route as GraphRoute, RouteAction } from '../../routing/graph/graph.ts';
import type { HeaderMatcher, Route } from '../proto/generated/envoy/config/route/v3/route_components.ts';
import { scopeFallbackName } from './filters/scope-fallback.ts';
import type { ClusterName } from './names.ts';
import { emitAction } from './route-action.ts';
import { emitMatch } from './route-match.ts';

/** @param also a matcher that every route of the host carries, or null */
export function emitRoute(
  { match, action, source }: GraphRoute,
  clusterName: ClusterName,
  also: HeaderMatcher | null,
): Route {
  const { kind, namespace, name } = source.ref;
  const written = {
    'io.projectcontour.kind': kind,
    'io.projectcontour.namespace': namespace,
    'io.projectcontour.name': name,
  };
  const filterMetadata = new Map<string, object>([['envoy.access_loggers.file', written]]);
  if (admitsUpgrade(action)) filterMetadata.set(scopeFallbackName, { upgrade: true });
  return {
    match: emitMatch(match, also),
    action: emitAction(action, clusterName),
    metadata: { filterMetadata },
  };
}

/** What answers by itself answers an upgrade like any other request. */
function admitsUpgrade(action: RouteAction): boolean {
  return action.type !== 'Forward' || action.websockets;
}
