import { subscriptionsOf, type EnvoyState } from './envoy-state.ts';
import { isUsable } from './holding.ts';
import { typeUrl, type Resource, type TypeUrl } from './resource.ts';
import { type Awaited, awaitedKey, covers, type Subscription } from './subscription.ts';

/**
 * Without any stream for clusters, in milliseconds. An Envoy opens that stream before all others, so one that
 * has none after this time has its clusters from elsewhere (a static configuration) and never will have.
 */
const boundWithoutClusters = 5_000;

/**
 * With one, in milliseconds. 15 s is what Envoy itself waits for a resource before it goes on without it
 * (`initial_fetch_timeout`): a cluster that is still not acknowledged by then keeps warming for a reason that
 * waiting does not cure, and one host with a 503 on one route is better than a host that can never be edited.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#knowing-when-a-requested-resource-does-not-exist
 */
const bound = 15_000;

/**
 * Endpoints that a cluster still warms for, or null. On a stream that carries clusters alone, Envoy acknowledges
 * a cluster while it warms; on an aggregated one it withholds that answer (`ClusterManagerImpl` pauses it).
 */
const coldEndpoints = (state: EnvoyState, { stream }: Subscription, cluster: string): string | null => {
  if (stream.subscriptions.size > 1) return null;
  const isCold = (name: string): boolean =>
    !state.warm.has(name) && state.world.get(typeUrl.endpoints, name) !== undefined;
  return state.world.get(typeUrl.cluster, cluster)?.warms.find(isCold) ?? null;
};

/** What keeps the cluster from being used, or null. */
const missingFor = (state: EnvoyState, cluster: string): Awaited | null => {
  const subscriptions = subscriptionsOf(state, typeUrl.cluster);
  const itself = { type: typeUrl.cluster, name: cluster };
  if (subscriptions.size === 0) return state.now - state.withoutClusters >= boundWithoutClusters ? null : itself;
  for (const subscription of subscriptions) {
    if (!covers(subscription, cluster)) continue;
    const holding = subscription.holdings.get(cluster);
    if (holding === undefined || !isUsable(holding)) return itself;
    const endpoints = coldEndpoints(state, subscription, cluster);
    if (endpoints !== null) return { type: typeUrl.endpoints, name: endpoints };
  }
  return null;
};

const firstMissing = (state: EnvoyState, clusters: readonly string[]): Awaited | null => {
  for (const cluster of clusters) {
    const missing = missingFor(state, cluster);
    if (missing !== null) return missing;
  }
  return null;
};

/** All there is of a type, unless every stream for it was answered in full once. */
const unfinished = (state: EnvoyState, type: TypeUrl): Awaited | null => {
  const subscriptions = [...subscriptionsOf(state, type)];
  const isFinished = subscriptions.length > 0 && subscriptions.every(({ synced }) => synced);
  return isFinished || state.world.count(type) === 0 ? null : { type, name: '' };
};

const isRefused = (state: EnvoyState, cluster: string): boolean => {
  for (const { refusals } of subscriptionsOf(state, typeUrl.cluster)) if (refusals.has(cluster)) return true;
  return false;
};

/** Whether an update has to wait, for what, and whether it waited long enough. */
export type Readiness =
  { readonly type: 'ready' } | { readonly type: 'overdue' } | { readonly type: 'wait'; readonly on: Awaited };

/**
 * Make before break: Envoy takes a route to a cluster that it does not have without a word, and answers 503.
 * So a resource reaches an Envoy when that Envoy has every cluster the resource names, accepted and warm.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
 */
export const readiness = (state: EnvoyState, subscription: Subscription, resource: Resource): Readiness => {
  const { needs, follows } = resource;
  const on = firstMissing(state, needs) ?? (follows === undefined ? null : unfinished(state, follows));
  if (on === null) return { type: 'ready' };
  const since = subscription.waiting.get(resource.name)?.since ?? state.now;
  const isOverdue = state.now - since >= bound;
  // The cluster will not come, and the Envoy serves something for this name: that goes on serving. Of one that has not
  // heard all yet it may be a draft's, which nobody has seen.
  const mayServe = subscription.synced || subscription.resumed;
  const isServing = mayServe && (subscription.holdings.get(resource.name)?.accepted ?? null) !== null;
  const isHopeless = isServing && on.type === typeUrl.cluster && isRefused(state, on.name);
  return isOverdue && !isHopeless ? { type: 'overdue' } : { type: 'wait', on };
};

export const stopWaiting = (subscription: Subscription, name: string): void => {
  const wait = subscription.waiting.get(name);
  if (wait === undefined) return;
  subscription.waiting.delete(name);
  const key = awaitedKey(wait.on);
  const names = subscription.awaited.get(key);
  names?.delete(name);
  if (names?.size === 0) subscription.awaited.delete(key);
};

/** The time already waited counts on, whatever version it was waited with: else edits could starve a host. */
export const wait = (state: EnvoyState, subscription: Subscription, name: string, on: Awaited): void => {
  const since = subscription.waiting.get(name)?.since ?? state.now;
  stopWaiting(subscription, name);
  subscription.waiting.set(name, { since, on });
  const key = awaitedKey(on);
  subscription.awaited.set(key, (subscription.awaited.get(key) ?? new Set()).add(name));
};
