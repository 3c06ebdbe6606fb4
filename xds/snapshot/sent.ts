import { review, setHolding, subscriptionsOf, type EnvoyState } from './envoy-state.ts';
import { emptyHolding, withSent } from './holding.ts';
import { typeUrl, type Resource } from './resource.ts';
import { covers, type Subscription } from './subscription.ts';

/**
 * Envoy keeps an updated cluster warming, and its acknowledgement to itself, until endpoints arrive again, even
 * equal ones; it does not ask for them on an aggregated stream.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#resource-warming
 */
const warm = (state: EnvoyState, cluster: Resource): void => {
  for (const subscription of subscriptionsOf(state, typeUrl.endpoints)) {
    for (const name of cluster.warms) {
      if (!covers(subscription, name)) continue;
      subscription.due.add(name);
      review(state, subscription, name);
    }
  }
};

/** Endpoints asked for while their cluster is under way are needed, whatever the client says it still has. */
export const warmFrom = (state: EnvoyState): void => {
  for (const { flights } of subscriptionsOf(state, typeUrl.cluster)) {
    for (const { resources } of flights.values()) for (const resource of resources) warm(state, resource);
  }
};

const tookOff = (state: EnvoyState, subscription: Subscription, name: string, resource: Resource | null): void => {
  subscription.due.delete(name);
  const holding = subscription.holdings.get(name);
  if (resource === null && holding === undefined) return;
  setHolding(state, subscription, name, withSent(holding ?? emptyHolding, resource, subscription.stream.responses));
};

/** Records a response as under way and returns its nonce. */
export const takeOff = (
  state: EnvoyState,
  subscription: Subscription,
  resources: readonly Resource[],
  removed: readonly string[],
): string => {
  const { stream } = subscription;
  stream.credit -= 1;
  stream.responses += 1;
  const number = stream.responses;
  for (const resource of resources) {
    subscription.absent.delete(resource.name);
    tookOff(state, subscription, resource.name, resource);
    if (subscription.type === typeUrl.cluster) warm(state, resource);
  }
  for (const name of removed) {
    if (subscription.names.has(name)) subscription.absent.add(name);
    tookOff(state, subscription, name, null);
  }
  // A nonce means something on its own stream only.
  const nonce = `${stream.id}.${number}`;
  subscription.flights.set(nonce, { number, resources, removed });
  subscription.nonce = nonce;
  return nonce;
};
