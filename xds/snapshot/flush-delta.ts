import { look } from './decide.ts';
import { mustLinger, review, type EnvoyState } from './envoy-state.ts';
import type { Send } from './messages.ts';
import { typeUrl, type Resource } from './resource.ts';
import { takeOff } from './sent.ts';
import { isOpen, isQuiet, type Subscription } from './subscription.ts';

/**
 * At first sync, resources share a response: one each costs Envoy three times as long for 10,000 hosts, and one
 * response for all would be lost as a whole to one bad host.
 */
export const chunkResources = 100;
const chunkBytes = 1024 * 1024;

/** Removals are refused by nobody, so they share a response freely. */
const chunkRemovals = 1_000;

const respond = (
  state: EnvoyState,
  subscription: Subscription,
  resources: readonly Resource[],
  removed: readonly string[],
): Send => ({
  mode: 'delta',
  stream: subscription.stream.id,
  type: subscription.type,
  nonce: takeOff(state, subscription, resources, removed),
  version: state.world.version(subscription.type),
  resources,
  removed,
});

/** Takes names from `lane` until the resources found fill one response, or the lane is empty. */
export const fill = (
  state: EnvoyState,
  subscription: Subscription,
  lane: Set<string>,
  limit: number,
): readonly Resource[] => {
  const resources: Resource[] = [];
  let bytes = 0;
  for (const name of lane) {
    lane.delete(name);
    const resource = look(state, subscription, name);
    if (resource === null) continue;
    resources.push(resource);
    bytes += resource.bytes.length;
    if (resources.length >= limit || bytes >= chunkBytes) break;
  }
  return resources;
};

const drain = (state: EnvoyState, subscription: Subscription, lane: Set<string>, limit: number): readonly Send[] => {
  const sends: Send[] = [];
  while (lane.size > 0 && isOpen(subscription)) {
    const resources = fill(state, subscription, lane, limit);
    if (resources.length > 0) sends.push(respond(state, subscription, resources, []));
  }
  return sends;
};

/** A new client that asked for everything learns that there is nothing: Envoy does not start before it knows. */
const greet = (state: EnvoyState, subscription: Subscription): readonly Send[] => {
  const isNew = subscription.wildcard && subscription.nonce === '' && !subscription.resumed;
  return isNew && state.world.published && isQuiet(subscription) && isOpen(subscription)
    ? [respond(state, subscription, [], [])]
    : [];
};

/**
 * What the client asked for goes in chunks. What the world moved goes one resource a response, so that one that
 * Envoy refuses takes nothing else with it and needs no text to be told from the rest.
 */
export const deltaUpserts = (state: EnvoyState, subscription: Subscription): readonly Send[] => [
  ...drain(state, subscription, subscription.asked, chunkResources),
  ...drain(state, subscription, subscription.changed, 1),
  ...greet(state, subscription),
];

/** False where the name does not go now: it came back, or it is still in use. */
const goesNow = (state: EnvoyState, subscription: Subscription, name: string): boolean => {
  if (state.world.get(subscription.type, name) !== undefined) {
    review(state, subscription, name);
    return false;
  }
  // Asked for endpoints, Envoy waits for the answer and keeps what it has; a cluster would be gone.
  const isAwaited = subscription.type === typeUrl.endpoints && subscription.due.has(name);
  if (isAwaited || !mustLinger(state, subscription, name)) return true;
  subscription.due.delete(name);
  subscription.lingering.add(name);
  return false;
};

export const deltaRemovals = (state: EnvoyState, subscription: Subscription): readonly Send[] => {
  const sends: Send[] = [];
  while (subscription.removals.size > 0 && isOpen(subscription)) {
    const names: string[] = [];
    for (const name of subscription.removals) {
      subscription.removals.delete(name);
      if (goesNow(state, subscription, name)) names.push(name);
      if (names.length >= chunkRemovals) break;
    }
    if (names.length > 0) sends.push(respond(state, subscription, [], names));
  }
  return sends;
};
