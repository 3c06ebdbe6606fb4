import {
  ApiConfigSource_ApiType as ApiType,
  ApiVersion,
  type ConfigSource,
} from '../proto/generated/envoy/config/core/v3/config_source.ts';
import type { Dialect } from '../snapshot/resource.ts';

/** Where an Envoy of this dialect finds what a resource refers to: on its one stream, or on one of its own. */
export function configSource(dialect: Dialect, xdsCluster: string): ConfigSource {
  if (dialect === 'ads-delta' || dialect === 'ads-sotw') {
    return { configSourceSpecifier: { $case: 'ads', value: {} }, resourceApiVersion: ApiVersion.V3 };
  }
  const value = {
    apiType: dialect === 'delta' ? ApiType.DELTA_GRPC : ApiType.GRPC,
    transportApiVersion: ApiVersion.V3,
    setNodeOnFirstMessageOnly: true,
    grpcServices: [{ targetSpecifier: { $case: 'envoyGrpc' as const, value: { clusterName: xdsCluster } } }],
  };
  return {
    configSourceSpecifier: { $case: 'apiConfigSource', value },
    resourceApiVersion: ApiVersion.V3,
  };
}

/** The same, for what may never be skipped: Envoy waits however long the answer takes, instead of 15 s. */
export function patientConfigSource(dialect: Dialect, xdsCluster: string): ConfigSource {
  return { ...configSource(dialect, xdsCluster), initialFetchTimeout: { seconds: 0 } };
}
