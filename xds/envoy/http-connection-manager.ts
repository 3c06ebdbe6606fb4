import type { Filter } from '../proto/generated/envoy/config/listener/v3/listener_components.ts';
import { HttpConnectionManager } from '../proto/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.ts';
import { accessLogs } from './access-log.ts';
import { packed } from './any.ts';

/** What sets one manager apart from the others. */
export type OwnSettings = Pick<
  HttpConnectionManager,
  'statPrefix' | 'routeSpecifier' | 'httpFilters' | 'upgradeConfigs' | 'earlyHeaderMutationExtensions'
>;

/** @param accessLog a file, or null for none */
export function httpConnectionManager(own: OwnSettings, accessLog: string | null): Filter {
  const message: HttpConnectionManager = { ...constants, ...own, accessLog: accessLogs(accessLog) };
  const typeName = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  const value = packed(typeName, HttpConnectionManager, message);
  return { name: 'envoy.filters.network.http_connection_manager', configType: { $case: 'typedConfig', value } };
}

/** Contour's, but for the bound on how long a client may take to send its headers. */
const constants: HttpConnectionManager = {
  useRemoteAddress: true,
  normalizePath: true,
  mergeSlashes: true,
  preserveExternalRequestId: true,
  httpProtocolOptions: { acceptHttp10: true, allowChunkedLength: true },
  commonHttpProtocolOptions: { idleTimeout: { seconds: 60 } },
  requestHeadersTimeout: { seconds: 10 },
};
