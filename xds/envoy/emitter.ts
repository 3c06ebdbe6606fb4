import type {
  EndpointsKey,
  HostGraph,
  HostName,
  Route,
  SecureHost,
  ServedSecret,
  ServiceTarget,
} from '../../routing/graph/graph.ts';
import { Cluster } from '../proto/generated/envoy/config/cluster/v3/cluster.ts';
import { ClusterLoadAssignment } from '../proto/generated/envoy/config/endpoint/v3/endpoint.ts';
import { Listener } from '../proto/generated/envoy/config/listener/v3/listener.ts';
import type { FilterChain } from '../proto/generated/envoy/config/listener/v3/listener_components.ts';
import { RouteConfiguration } from '../proto/generated/envoy/config/route/v3/route.ts';
import { ScopedRouteConfiguration } from '../proto/generated/envoy/config/route/v3/scoped_route.ts';
import { Secret } from '../proto/generated/envoy/extensions/transport_sockets/tls/v3/secret.ts';
import { Runtime } from '../proto/generated/envoy/service/runtime/v3/rtds.ts';
import { type Dialect, type Resource, typeUrl, type TypeUrl } from '../snapshot/resource.ts';
import { emitCluster } from './cluster.ts';
import { configSource, patientConfigSource } from './config-source.ts';
import { emitEndpoints } from './endpoints.ts';
import { emitFirstSyncListener, firstSyncRoutes } from './first-sync.ts';
import { emitHttpListener } from './http-listener.ts';
import { emitFilterChain, emitHttpsListener, secureOf } from './https-listener.ts';
import {
  clusterNames,
  type ClusterName,
  firstSyncName,
  httpRoutesName,
  httpsRoutesName,
  listenerName,
  runtimeName,
} from './names.ts';
import { emitHttpRoutes, emitHttpsRoutes } from './route-configuration.ts';
import { emitRuntime } from './runtime.ts';
import { emitScope } from './scoped-route.ts';
import { emitSecret } from './secret.ts';
import type { EnvoySettings } from './settings.ts';

export interface WorldPorts {
  /** Of a resource's bytes; becomes its version. */
  readonly contentHash: (bytes: Uint8Array) => string;
  readonly sha1Hex: (text: string) => string;
}

/** Clusters that a host sends traffic to, by their names. */
export type Targets = ReadonlyMap<string, ServiceTarget>;

/** Turns parts of the graph into resources of one dialect. Holds no state. */
export interface Emitter {
  readonly runtime: () => Resource;
  readonly httpListener: () => Resource;
  /** What keeps a new Envoy from starting before it has every host, where nothing else does. */
  readonly firstSync: () => readonly Resource[];
  readonly httpsListener: (chains: readonly FilterChain[]) => Resource;
  readonly filterChain: (host: HostName, secure: SecureHost) => FilterChain;
  /** The host's own resources: its scope, and its routes. */
  readonly host: (graph: HostGraph) => readonly Resource[];
  readonly targets: (graph: HostGraph) => Targets;
  readonly cluster: (name: string, target: ServiceTarget) => Resource;
  readonly endpoints: (key: EndpointsKey, ready: Parameters<typeof emitEndpoints>[1]) => Resource;
  readonly secret: (secret: ServedSecret) => Resource;
}

export function createEmitter(dialect: Dialect, settings: EnvoySettings, ports: WorldPorts): Emitter {
  const clusterName = clusterNames(ports.sha1Hex);
  const source = configSource(dialect, settings.xdsCluster);
  const patient = patientConfigSource(dialect, settings.xdsCluster);
  const resource = resources(ports.contentHash);
  const { cluster, endpoints, listener, runtime, secret } = typeUrl;
  return {
    runtime: () => resource(runtime, runtimeName, Runtime.encode(emitRuntime(settings.regexMaxProgramSize))),
    httpListener: () => resource(listener, listenerName.http, Listener.encode(emitHttpListener(dialect, settings))),
    firstSync: () => (isInline(dialect) ? firstSync(dialect, settings, resource) : []),
    httpsListener: (chains) =>
      resource(listener, listenerName.https, Listener.encode(emitHttpsListener(settings, chains))),
    filterChain: (host, secure) => emitFilterChain(host, secure, source, settings),
    host: (graph) => [...plain(graph, dialect, clusterName, resource), ...secured(graph, clusterName, resource)],
    targets: (graph) => targetsOf([...graph.routes, ...(secureOf(graph)?.routes ?? [])], clusterName),
    cluster: (name, target) =>
      resource(cluster, name, Cluster.encode(emitCluster(name, target, patient)), { warms: [target.endpoints] }),
    endpoints: (key, ready) => resource(endpoints, key, ClusterLoadAssignment.encode(emitEndpoints(key, ready))),
    secret: (served) => resource(secret, served.key, Secret.encode(emitSecret(served))),
  };
}

/** Whether a scope holds its routes. One that names them is not there for Envoy before they are. */
function isInline(dialect: Dialect): boolean {
  return dialect === 'ads-delta' || dialect === 'delta';
}

function firstSync(dialect: Dialect, settings: EnvoySettings, resource: ToResource): readonly Resource[] {
  const listener = Listener.encode(emitFirstSyncListener(dialect, settings));
  const routes = RouteConfiguration.encode(firstSyncRoutes);
  return [
    resource(typeUrl.listener, firstSyncName, listener),
    resource(typeUrl.route, firstSyncName, routes, { follows: typeUrl.scopedRoute }),
  ];
}

type ToResource = ReturnType<typeof resources>;

function resources(contentHash: WorldPorts['contentHash']) {
  return (
    type: TypeUrl,
    name: string,
    encoded: { finish(): Uint8Array },
    { needs = [], warms = [], ...order }: Partial<Pick<Resource, 'needs' | 'warms' | 'follows'>> = {},
  ): Resource => {
    const bytes = encoded.finish();
    return { type, name, version: contentHash(bytes), bytes, needs, warms, ...order };
  };
}

function plain(
  { host, routes }: HostGraph,
  dialect: Dialect,
  clusterName: ClusterName,
  resource: ToResource,
): Resource[] {
  if (routes.length === 0) return [];
  const name = httpRoutesName(host);
  const configuration = emitHttpRoutes(host, routes, clusterName);
  const needs = [...targetsOf(routes, clusterName).keys()].sort();
  if (isInline(dialect)) {
    return [
      resource(typeUrl.scopedRoute, name, ScopedRouteConfiguration.encode(emitScope(host, configuration)), { needs }),
    ];
  }
  return [
    resource(typeUrl.scopedRoute, name, ScopedRouteConfiguration.encode(emitScope(host, null))),
    resource(typeUrl.route, name, RouteConfiguration.encode(configuration), { needs }),
  ];
}

function secured(graph: HostGraph, clusterName: ClusterName, resource: ToResource): Resource[] {
  const secure = secureOf(graph);
  if (secure === null) return [];
  const { host } = graph;
  const encoded = RouteConfiguration.encode(emitHttpsRoutes(host, secure.routes, clusterName));
  const needs = [...targetsOf(secure.routes, clusterName).keys()].sort();
  return [resource(typeUrl.route, httpsRoutesName(host), encoded, { needs })];
}

function targetsOf(routes: readonly Route[], clusterName: ClusterName): Targets {
  const targets = new Map<string, ServiceTarget>();
  for (const { action } of routes) {
    if (action.type !== 'Forward') continue;
    for (const { target } of action.backends) targets.set(clusterName(target), target);
    if (action.mirror !== null) targets.set(clusterName(action.mirror.target), action.mirror.target);
  }
  return targets;
}
