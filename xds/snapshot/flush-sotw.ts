import { tidy } from './decide.ts';
import { mustLinger, type EnvoyState } from './envoy-state.ts';
import { emptyFingerprint, printed, withResource } from './fingerprint.ts';
import { chunkResources, fill } from './flush-delta.ts';
import { acceptedResource, isHeld, isUsable } from './holding.ts';
import type { Send } from './messages.ts';
import { isWholeType } from './order.ts';
import type { Resource } from './resource.ts';
import { takeOff } from './sent.ts';
import { hasWork, isOpen, type Subscription } from './subscription.ts';
import { readiness, stopWaiting, wait } from './waiting.ts';

const respond = (
  state: EnvoyState,
  subscription: Subscription,
  world: {
    readonly resources: readonly Resource[];
    readonly fresh: readonly Resource[];
    readonly gone: readonly string[];
  },
  version: string,
): Send => ({
  mode: 'sotw',
  stream: subscription.stream.id,
  type: subscription.type,
  nonce: takeOff(state, subscription, world.fresh, world.gone),
  version,
  resources: world.resources,
});

/**
 * One response at a time: a request speaks for every response before it, so two under way could not be told
 * apart. Nothing can be removed here; the client lets go of what its listeners and clusters no longer name.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#deleting-resources
 */
const someOf = (state: EnvoyState, subscription: Subscription): readonly Send[] => {
  if (subscription.flights.size > 0) return [];
  const limit = Math.min(subscription.room, chunkResources);
  const fromAsked = fill(state, subscription, subscription.asked, limit);
  const resources = fromAsked.length > 0 ? fromAsked : fill(state, subscription, subscription.changed, limit);
  for (const name of subscription.removals) subscription.due.delete(name);
  subscription.removals.clear();
  if (resources.length === 0) return [];
  return [
    respond(state, subscription, { resources, fresh: resources, gone: [] }, state.world.version(subscription.type)),
  ];
};

/** A complete world as it is being put together. */
interface Draft {
  readonly resources: Resource[];
  /** Those of `resources` that the client has not accepted yet. */
  readonly fresh: Resource[];
  readonly gone: string[];
  /** It says something that no earlier response said. */
  isNews: boolean;
}

/** Whether `resource` may go in, or has to stay out while the client's last accepted one stays in its place. */
const isAdmitted = (state: EnvoyState, subscription: Subscription, draft: Draft, resource: Resource): boolean => {
  const { name } = resource;
  if (!subscription.due.has(name) && subscription.refusals.get(name)?.version === resource.version) return false;
  const ready = readiness(state, subscription, resource);
  if (ready.type === 'wait') {
    wait(state, subscription, name, ready.on);
    return false;
  }
  stopWaiting(subscription, name);
  if (ready.type === 'overdue') subscription.overdue += 1;
  if (draft.fresh.length < subscription.room) return true;
  // No room while a refusal is being narrowed down: it has its turn after the next answer.
  subscription.changed.add(name);
  return false;
};

const draftOne = (state: EnvoyState, subscription: Subscription, draft: Draft, resource: Resource): void => {
  const { name, version } = resource;
  const holding = subscription.holdings.get(name);
  const isDue = subscription.due.has(name);
  if (holding?.accepted === version && holding.sent === version && isUsable(holding)) {
    draft.isNews ||= isDue;
    subscription.due.delete(name);
    draft.resources.push(resource);
  } else if (isAdmitted(state, subscription, draft, resource)) {
    draft.isNews ||= isDue || holding?.sent !== version;
    draft.fresh.push(resource);
    draft.resources.push(resource);
  } else {
    const before = holding === undefined ? null : acceptedResource(holding);
    if (before !== null) draft.resources.push(before);
  }
};

/** A name that the world no longer has: in use it stays as it is, else it is left out, which deletes it. */
const draftGone = (state: EnvoyState, subscription: Subscription, draft: Draft, name: string): void => {
  subscription.due.delete(name);
  stopWaiting(subscription, name);
  tidy(state, subscription, name);
  const holding = subscription.holdings.get(name);
  if (holding === undefined) return;
  const accepted = acceptedResource(holding);
  if (accepted !== null && mustLinger(state, subscription, name)) {
    subscription.lingering.add(name);
    draft.resources.push(accepted);
    return;
  }
  draft.isNews ||= isHeld(holding);
  draft.gone.push(name);
};

const draftWorld = (state: EnvoyState, subscription: Subscription): Draft => {
  const draft: Draft = { resources: [], fresh: [], gone: [], isNews: subscription.nonce === '' };
  const { type, wildcard, names } = subscription;
  for (const name of wildcard ? state.world.names(type) : names) {
    const resource = state.world.get(type, name);
    if (resource !== undefined) draftOne(state, subscription, draft, resource);
  }
  for (const name of subscription.holdings.keys()) {
    if (state.world.get(type, name) === undefined) draftGone(state, subscription, draft, name);
  }
  return draft;
};

/**
 * Complete worlds: a newer one takes the place of one under way, because Envoy answers only the last one where
 * it holds its answers back for warming clusters. While a refusal is being narrowed down they go one at a time.
 */
const allOf = (state: EnvoyState, subscription: Subscription): readonly Send[] => {
  const isNarrowing = Number.isFinite(subscription.room);
  if (isNarrowing && subscription.flights.size > 0) return [];
  for (const lane of [subscription.asked, subscription.changed, subscription.removals]) lane.clear();
  const draft = draftWorld(state, subscription);
  if (!draft.isNews || (draft.resources.length === 0 && subscription.waiting.size > 0)) return [];
  const version = printed(draft.resources.reduce(withResource, emptyFingerprint));
  return [respond(state, subscription, draft, version)];
};

/**
 * What one refusal cost cannot be sent again one by one where a response must be complete. So the number of
 * resources that are new to the client is halved with each refusal and doubled with each acceptance, the rest
 * stay as the client last accepted them: a bad one is found in about twice log2(n) responses.
 */
export const sotwResponses = (state: EnvoyState, subscription: Subscription): readonly Send[] => {
  const isFirst = subscription.nonce === '' && subscription.wildcard;
  if (!isOpen(subscription) || !(hasWork(subscription) || isFirst)) return [];
  return isWholeType(subscription.type) ? allOf(state, subscription) : someOf(state, subscription);
};
