import type { Route as GraphRoute, RouteAction } from '../../routing/graph/graph.ts';
import type { HeaderMatcher, Route } from '../proto/generated/envoy/config/route/v3/route_components.ts';
import { type ClusterName, scopeFallbackName, writerMetadata } from './names.ts';
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
    [writerMetadata.kind]: kind,
    [writerMetadata.namespace]: namespace,
    [writerMetadata.object]: name,
  };
  const filterMetadata = new Map<string, object>([[writerMetadata.name, written]]);
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
