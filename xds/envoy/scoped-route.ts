import type { HostName } from '../../routing/graph/graph.ts';
import type { RouteConfiguration } from '../proto/generated/envoy/config/route/v3/route.ts';
import type { ScopedRouteConfiguration } from '../proto/generated/envoy/config/route/v3/scoped_route.ts';
import { httpRoutesName } from './names.ts';

/**
 * The scope of a host: requests reach it by the host's name in the scope header.
 *
 * @param inline the host's routes, or null where they are a resource of their own
 */
export function emitScope(host: HostName, inline: RouteConfiguration | null): ScopedRouteConfiguration {
  const name = httpRoutesName(host);
  return {
    name,
    key: { fragments: [{ type: { $case: 'stringKey', value: host } }] },
    ...(inline === null ? { routeConfigurationName: name } : { routeConfiguration: inline }),
  };
}
