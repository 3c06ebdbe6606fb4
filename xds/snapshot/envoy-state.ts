import { emptyHolding, isHeld, isUsable, type Holding } from './holding.ts';
import type { StreamId } from './messages.ts';
import { namesClusters } from './order.ts';
import { createReferences, isNamed, moveReferences, type References } from './references.ts';
import { typeUrl, type TypeUrl } from './resource.ts';
import type { Snapshot } from './snapshot.ts';
import { awaitedKey, type Awaited, type Stream, type Subscription } from './subscription.ts';

/**
 * One Envoy, fed by all of its streams: one aggregated stream, or a stream of its own per type (and per
 * resource, which is how Envoy opens them for endpoints and secrets without ADS). Ordering across types holds
 * however many streams carry them, because it is decided here.
 */
export interface EnvoyState {
  readonly world: Snapshot;
  readonly streams: Map<StreamId, Stream>;
  readonly subscriptions: Map<TypeUrl, Set<Subscription>>;
  /** Subscriptions that have something to look at. */
  readonly pending: Set<Subscription>;
  /** Clusters named by the listeners and routes that this Envoy may be running. */
  readonly clusters: References;
  /** Endpoints named by the clusters that this Envoy may be running. */
  readonly endpoints: References;
  /** Endpoints that the Envoy has accepted, and on how many streams. */
  readonly warm: Map<string, number>;
  /** Of the event that is being reduced, in milliseconds. */
  now: number;
  /** Until then nothing that may be in use is taken away; 0 when settled. */
  settlesAt: number;
  /** Since when no stream has carried clusters. */
  withoutClusters: number;
  /** When it acknowledged a response of a type last. */
  readonly ackedAt: Map<TypeUrl, number>;
  /** Subscriptions that are not synced. */
  unsynced: number;
  /** The Envoy has accepted one whole world; it stays true. */
  complete: boolean;
}

export const createEnvoyState = (world: Snapshot): EnvoyState => ({
  world,
  streams: new Map(),
  subscriptions: new Map(),
  pending: new Set(),
  clusters: createReferences(),
  endpoints: createReferences(),
  warm: new Map(),
  now: 0,
  settlesAt: 0,
  withoutClusters: 0,
  ackedAt: new Map(),
  unsynced: 0,
  complete: false,
});

const none: ReadonlySet<Subscription> = new Set();

export const subscriptionsOf = (state: EnvoyState, type: TypeUrl): ReadonlySet<Subscription> =>
  state.subscriptions.get(type) ?? none;

/** Has `name` looked at in the coming flush: in a chunk while the client is still being answered, else alone. */
export const review = (state: EnvoyState, subscription: Subscription, name: string): void => {
  if (subscription.synced) subscription.changed.add(name);
  else subscription.asked.add(name);
  state.pending.add(subscription);
};

const reviewLingering = (state: EnvoyState, type: TypeUrl, names: readonly string[] | 'all'): void => {
  for (const subscription of subscriptionsOf(state, type)) {
    for (const name of names === 'all' ? [...subscription.lingering] : names) {
      if (subscription.lingering.delete(name)) review(state, subscription, name);
    }
  }
};

/** Has everything looked at that waits for this. */
export const reviewAwaiting = (state: EnvoyState, on: Awaited): void => {
  const key = awaitedKey(on);
  for (const [type, subscriptions] of state.subscriptions) {
    if (!namesClusters(type)) continue;
    for (const subscription of subscriptions) {
      for (const name of subscription.awaited.get(key) ?? []) review(state, subscription, name);
    }
  }
};

const countWarm = ({ warm }: EnvoyState, name: string, by: number): void => {
  const count = (warm.get(name) ?? 0) + by;
  if (count > 0) warm.set(name, count);
  else warm.delete(name);
};

/** Replaces what is known of one name, and keeps every count that depends on it. Null forgets the name. */
export const setHolding = (state: EnvoyState, subscription: Subscription, name: string, next: Holding | null): void => {
  const before = subscription.holdings.get(name) ?? emptyHolding;
  const after = next ?? emptyHolding;
  if (next === null) subscription.holdings.delete(name);
  else subscription.holdings.set(name, next);
  const newlyAccepted = Number(after.accepted !== null) - Number(before.accepted !== null);
  subscription.accepted += newlyAccepted;
  if (subscription.type === typeUrl.endpoints) countWarm(state, name, newlyAccepted);
  if (namesClusters(subscription.type)) {
    reviewLingering(state, typeUrl.cluster, moveReferences(state.clusters, 'needs', before, after));
  } else if (subscription.type === typeUrl.cluster) {
    reviewLingering(state, typeUrl.endpoints, moveReferences(state.endpoints, 'warms', before, after));
  }
  const { type } = subscription;
  if (type !== typeUrl.cluster && type !== typeUrl.endpoints) return;
  if (isUsable(after) && !isUsable(before)) reviewAwaiting(state, { type, name });
};

/** How long an Envoy that came back is given to tell what else it runs, in milliseconds. */
const settleTime = 5_000;

/** What the Envoy runs is not known in full for a while: nothing that may be in use is taken away meanwhile. */
export const unsettle = (state: EnvoyState): void => {
  state.settlesAt = state.now + settleTime;
};

/**
 * Break comes after make: a cluster that is gone from the world stays at an Envoy whose routes may still name
 * it, and endpoints stay while their cluster does.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
 */
export const mustLinger = (state: EnvoyState, { type, holdings }: Subscription, name: string): boolean => {
  if (type !== typeUrl.cluster && type !== typeUrl.endpoints) return false;
  const holding = holdings.get(name);
  if (holding === undefined || !isHeld(holding)) return false;
  return state.now < state.settlesAt || isNamed(type === typeUrl.cluster ? state.clusters : state.endpoints, name);
};

/** Looks again at everything whose waiting is bounded by time. */
export const reviewOnTick = (state: EnvoyState): void => {
  for (const subscriptions of state.subscriptions.values()) {
    for (const subscription of subscriptions) {
      for (const name of subscription.waiting.keys()) review(state, subscription, name);
    }
  }
  if (state.settlesAt === 0 || state.now < state.settlesAt) return;
  state.settlesAt = 0;
  reviewLingering(state, typeUrl.cluster, 'all');
  reviewLingering(state, typeUrl.endpoints, 'all');
};
