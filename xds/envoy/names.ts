import type { HostName, ServiceTarget } from '../../routing/graph/graph.ts';

/** Listeners, as Contour names them. */
export const listenerName = { http: 'ingress_http', https: 'ingress_https' } as const;

/** The listener on no port that keeps a new Envoy from starting too early, and its routes. */
export const firstSyncName = 'first_sync';

/** The RTDS layer, as Contour names it. */
export const runtimeName = 'dynamic';

/** A host's scope, and its routes on plain HTTP. */
export const httpRoutesName = (host: HostName): string => `http/${host}`;

/** A host's routes behind TLS, as Contour names them. */
export const httpsRoutesName = (host: HostName): string => `https/${host}`;

/** The filters of that name, and the metadata in which hosts and routes tell their scripts what they are. */
export const scopeFallbackName = 'scope_fallback';

/** Where a route says which object wrote it: in metadata of this name, as Contour says it. */
export const writerMetadata = {
  name: 'envoy.access_loggers.file',
  kind: 'io.projectcontour.kind',
  namespace: 'io.projectcontour.namespace',
  object: 'io.projectcontour.name',
} as const;

/** The host that a scope or a route configuration was made for. */
export function hostOfRoutesName(name: string): HostName {
  return name.slice(name.indexOf('/') + 1) as HostName;
}

/** Names the cluster of a Service's port. */
export type ClusterName = (target: ServiceTarget) => string;

/**
 * Contour's names: namespace, service, port, and ten digits of a hash over what sets the cluster apart from
 * one with default settings (`da39a3ee5e` is the hash of nothing). Contour cuts names of 60 characters and
 * more down to a 24-bit hash, which somebody may aim at a Service of somebody else; here they stay whole.
 */
export function clusterNames(sha1Hex: (text: string) => string): ClusterName {
  const digits = (protocol: string) => sha1Hex(protocol).slice(0, 10);
  const hashes = { h1: digits(''), h2: digits('h2'), h2c: digits('h2c'), tls: digits('tls') };
  return ({ namespace, name, port, protocol }) => `${namespace}/${name}/${port}/${hashes[protocol ?? 'h1']}`;
}

/** What a cluster is called in Envoy's statistics. */
export const statName = ({ namespace, name, port }: Pick<ServiceTarget, 'namespace' | 'name' | 'port'>): string =>
  `${namespace}_${name}_${port}`;

/** The order of names wherever Envoy is told a list: by code unit, the same on every machine. */
export const byName = (left: string, right: string): number => (left < right ? -1 : Number(left > right));
