import type { ServerDuplexStream } from '@grpc/grpc-js';
import { createEnvoyState, type EnvoyState } from '../snapshot/envoy-state.ts';
import type { StreamId } from '../snapshot/messages.ts';
import { acceptedVersion, typeReports } from '../snapshot/report.ts';
import type { Dialect, TypeUrl } from '../snapshot/resource.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Identity } from './decode.ts';

export type Call = ServerDuplexStream<Buffer, Buffer>;

/** One Envoy that is connected, or was a little while ago. */
export interface Envoy {
  /** As its newest stream says. */
  identity: Identity;
  readonly dialect: Dialect;
  readonly state: EnvoyState;
  readonly calls: Map<StreamId, Call>;
}

/** What is known of one connected Envoy. */
export interface EnvoyReport {
  readonly node: string;
  readonly cluster: string;
  /** Empty where it does not say. */
  readonly envoyVersion: string;
  readonly streams: number;
  /** The IP address that its streams come from; null where they come through a socket. */
  readonly address: string | null;
  /** What it says of itself under keys of ours: text that nobody has checked. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly dialect: Dialect;
  /** It has accepted one whole world since it was first seen. */
  readonly complete: boolean;
  readonly types: readonly {
    readonly type: TypeUrl;
    readonly subscribed: number | '*';
    readonly sent: number;
    readonly accepted: number;
    readonly pending: number;
    /** Updates that went out although the Envoy never acknowledged the clusters they need; absent for none. */
    readonly overdue?: number;
    /** What it refused, and has not accepted in a newer version since. `at` is in milliseconds since 1970. */
    readonly nacks: readonly {
      readonly name: string;
      readonly version: string;
      readonly message: string;
      readonly at: number;
    }[];
    /** When it acknowledged a response last, in milliseconds since 1970; null where it has none yet. */
    readonly ackedAt: number | null;
  }[];
  /** The version it runs; null where it has none, or has not answered yet. */
  accepted(type: TypeUrl, name: string): string | null;
}

export const reportOf = ({ identity, dialect, state, calls }: Envoy): EnvoyReport => ({
  node: identity.node,
  cluster: identity.cluster,
  envoyVersion: identity.version,
  streams: calls.size,
  address: addressOf(calls),
  metadata: identity.metadata,
  dialect,
  complete: state.complete,
  types: typeReports(state).map(({ overdue, ...report }) => (overdue === 0 ? report : { ...report, overdue })),
  accepted: (type, name) => acceptedVersion(state, type, name),
});

/** gRPC names a peer `10.1.2.3:4567`, `[::1]:4567` or `unix:…`. */
const addressOf = (calls: Envoy['calls']): string | null => {
  const [call] = calls.values();
  return /^\[?([0-9a-fA-F.:]+?)\]?:[0-9]+$/.exec(call?.getPeer() ?? '')?.[1] ?? null;
};

const isAggregated = (dialect: Dialect): boolean => dialect === 'ads-delta' || dialect === 'ads-sotw';

/**
 * Which Envoy a new stream belongs to. An Envoy has one aggregated stream, so a second one of the same node is
 * another process, or the same one whose old stream is not known to be dead yet: it gets a state of its own.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#aggregated-discovery-service
 */
export const envoyFor = (envoys: Set<Envoy>, identity: Identity, dialect: Dialect, world: Snapshot): Envoy => {
  for (const envoy of envoys) {
    const isSame = envoy.identity.node === identity.node && envoy.dialect === dialect;
    if (isSame && (envoy.calls.size === 0 || !isAggregated(dialect))) return envoy;
  }
  const envoy = { identity, dialect, state: createEnvoyState(world), calls: new Map<StreamId, Call>() };
  envoys.add(envoy);
  return envoy;
};

/** How long a lost Envoy is remembered, in milliseconds: it is complete when it comes back, as it was before. */
const memory = 600_000;

export const forgetLost = (envoys: Set<Envoy>, now: number): void => {
  for (const envoy of envoys) {
    if (envoy.calls.size === 0 && now - envoy.state.withoutClusters > memory) envoys.delete(envoy);
  }
};
