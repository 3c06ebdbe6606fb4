import { subscriptionsOf, type EnvoyState } from './envoy-state.ts';
import { isUsable } from './holding.ts';
import { typeUrl, type Resource } from './resource.ts';
import { covers, type Subscription } from './subscription.ts';

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

const isReady = (state: EnvoyState, cluster: string): boolean => {
  const subscriptions = subscriptionsOf(state, typeUrl.cluster);
  if (subscriptions.size === 0) return state.now - state.withoutClusters >= boundWithoutClusters;
  for (const subscription of subscriptions) {
    const holding = subscription.holdings.get(cluster);
    if (covers(subscription, cluster) && (holding === undefined || !isUsable(holding))) return false;
  }
  return true;
};

const isRefused = (state: EnvoyState, cluster: string): boolean => {
  for (const { refusals } of subscriptionsOf(state, typeUrl.cluster)) if (refusals.has(cluster)) return true;
  return false;
};

/** Whether an update has to wait, for which cluster, and whether it waited long enough. */
export type Readiness =
  { readonly type: 'ready' } | { readonly type: 'overdue' } | { readonly type: 'wait'; readonly cluster: string };

/**
 * Make before break: Envoy takes a route to a cluster that it does not have without a word, and answers 503.
 * So a resource reaches an Envoy when that Envoy has accepted every cluster the resource names.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
 */
export const readiness = (state: EnvoyState, subscription: Subscription, resource: Resource): Readiness => {
  const cluster = resource.needs.find((name) => !isReady(state, name));
  if (cluster === undefined) return { type: 'ready' };
  const since = subscription.waiting.get(resource.name)?.since ?? state.now;
  const isOverdue = state.now - since >= bound;
  // The cluster will not come, and the Envoy serves something for this name: that goes on serving.
  const isHopeless = isRefused(state, cluster) && subscription.holdings.get(resource.name)?.accepted != null;
  return isOverdue && !isHopeless ? { type: 'overdue' } : { type: 'wait', cluster };
};

export const stopWaiting = (subscription: Subscription, name: string): void => {
  const wait = subscription.waiting.get(name);
  if (wait === undefined) return;
  subscription.waiting.delete(name);
  const names = subscription.awaited.get(wait.cluster);
  names?.delete(name);
  if (names?.size === 0) subscription.awaited.delete(wait.cluster);
};

/** The time already waited counts on, whatever version it was waited with: else edits could starve a host. */
export const wait = (state: EnvoyState, subscription: Subscription, name: string, cluster: string): void => {
  const since = subscription.waiting.get(name)?.since ?? state.now;
  stopWaiting(subscription, name);
  subscription.waiting.set(name, { since, cluster });
  const names = subscription.awaited.get(cluster) ?? new Set();
  subscription.awaited.set(cluster, names.add(name));
};
