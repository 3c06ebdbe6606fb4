import { createHash } from 'node:crypto';
import type { Route } from '../../routing/graph/graph.ts';
import { socketAddress } from '../../xds/envoy/address.ts';
import { httpConnectionManager } from '../../xds/envoy/http-connection-manager.ts';
import { scopedManager } from '../../xds/envoy/http-listener.ts';
import { clusterNames } from '../../xds/envoy/names.ts';
import { emitHttpRoutes } from '../../xds/envoy/route-configuration.ts';
import { emitScope } from '../../xds/envoy/scoped-route.ts';
import { Listener } from '../../xds/proto/generated/envoy/config/listener/v3/listener.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { hostName } from '../support/graphs.ts';
import type { Files } from './static-envoy.ts';

export const clusterName = clusterNames((text) => createHash('sha1').update(text).digest('hex'));

/** The listener of plain HTTP on 127.0.0.1, with its scopes in place instead of on a stream. */
export function plainListener(files: Files, port: number, served: ReadonlyMap<string, readonly Route[]>): Uint8Array {
  const scopes = [...served].map(([host, routes]) =>
    emitScope(hostName(host), emitHttpRoutes(hostName(host), routes, clusterName)),
  );
  const inline = { $case: 'scopedRouteConfigurationsList' as const, value: { scopedRouteConfigurations: scopes } };
  const manager = httpConnectionManager(scopedManager(inline, files.source(typeUrl.route)), null);
  const address = socketAddress('127.0.0.1', port);
  return Listener.encode({ name: `http-${port}`, address, filterChains: [{ filters: [manager] }] }).finish();
}
