import { review, setHolding, unsettle, type EnvoyState } from './envoy-state.ts';
import { emptyHolding } from './holding.ts';
import type { DeltaRequest, SotwRequest } from './messages.ts';
import { isWholeType, namesClusters } from './order.ts';
import { typeUrl, type TypeUrl } from './resource.ts';
import { warmFrom } from './sent.ts';
import { covers, createSubscription, type Stream, type Subscription } from './subscription.ts';
import { judge } from './verdict.ts';
import { stopWaiting } from './waiting.ts';

const everything = '*';

const subscriptionFor = (state: EnvoyState, stream: Stream, type: TypeUrl): Subscription => {
  const found = stream.subscriptions.get(type);
  if (found !== undefined) return found;
  const subscription = createSubscription(stream, type);
  stream.subscriptions.set(type, subscription);
  state.subscriptions.set(type, (state.subscriptions.get(type) ?? new Set()).add(subscription));
  state.unsynced += 1;
  return subscription;
};

/** The client wants `name`, and gets it even if it has it: it may have forgotten. */
const ask = (subscription: Subscription, name: string): void => {
  subscription.due.add(name);
  subscription.asked.add(name);
};

const askAll = (state: EnvoyState, subscription: Subscription): void => {
  const wasExplicit = subscription.wildcard && subscription.explicit;
  subscription.wildcard = true;
  for (const name of state.world.names(subscription.type)) {
    if (wasExplicit) ask(subscription, name);
    else subscription.asked.add(name);
  }
};

/** The client dropped `name`, and with it everything it had of it. */
const forget = (state: EnvoyState, subscription: Subscription, name: string): void => {
  const { asked, changed, removals, due, lingering, absent } = subscription;
  for (const names of [asked, changed, removals, due, lingering, absent]) names.delete(name);
  stopWaiting(subscription, name);
  subscription.refusals.delete(name);
  if (subscription.holdings.has(name)) setHolding(state, subscription, name, null);
};

const forgetUncovered = (state: EnvoyState, subscription: Subscription): void => {
  for (const name of [...subscription.holdings.keys(), ...subscription.asked, ...subscription.changed]) {
    if (!covers(subscription, name)) forget(state, subscription, name);
  }
};

/**
 * On a new stream nothing of the old one counts but what the client tells of it: a version that the world still
 * has is not sent again.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#incremental-xds
 */
const resume = (state: EnvoyState, subscription: Subscription, versions: ReadonlyMap<string, string>): void => {
  if (versions.size === 0) return;
  subscription.resumed = true;
  if (subscription.type === typeUrl.cluster || namesClusters(subscription.type)) unsettle(state);
  for (const [name, version] of versions) {
    if (!covers(subscription, name)) continue;
    subscription.due.delete(name);
    subscription.asked.add(name);
    setHolding(state, subscription, name, { ...emptyHolding, sent: version, accepted: version, unknown: true });
  }
};

const unsubscribe = (state: EnvoyState, subscription: Subscription, name: string): void => {
  if (name === everything) {
    subscription.explicit = true;
    subscription.wildcard = false;
    forgetUncovered(state, subscription);
    return;
  }
  // One that was never subscribed to is ignored.
  if (!subscription.names.delete(name)) return;
  // The client cannot know whether the wildcard still covers the name, so it is told.
  // https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#unsubscribing-from-resources
  if (subscription.wildcard) ask(subscription, name);
  else forget(state, subscription, name);
};

/**
 * A stale nonce only means that the request answers nothing: what it subscribes to counts all the same.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#incremental-xds
 */
export const applyDelta = (state: EnvoyState, stream: Stream, request: DeltaRequest): void => {
  const isFirst = !stream.subscriptions.has(request.type);
  const subscription = subscriptionFor(state, stream, request.type);
  judge(state, subscription, request.nonce, request.error);
  const isSilent = request.subscribe.length + request.unsubscribe.length === 0;
  // The legacy wildcard: only the first request may mean everything by saying nothing.
  if (isFirst && isSilent && isWholeType(request.type)) askAll(state, subscription);
  for (const name of request.subscribe) {
    if (name === everything) {
      askAll(state, subscription);
    } else {
      subscription.names.add(name);
      ask(subscription, name);
    }
    subscription.explicit = true;
  }
  for (const name of request.unsubscribe) unsubscribe(state, subscription, name);
  if (isFirst) {
    resume(state, subscription, request.initialVersions);
    if (request.type === typeUrl.endpoints) warmFrom(state);
  }
  state.pending.add(subscription);
};

const replaceNames = (state: EnvoyState, subscription: Subscription, request: SotwRequest, isFirst: boolean): void => {
  const before = subscription.names;
  const isSilent = request.names.length === 0;
  const wasWildcard = subscription.wildcard;
  const isLegacy = isSilent && !subscription.explicit && (wasWildcard || (isFirst && isWholeType(request.type)));
  subscription.names = new Set(request.names.filter((name) => name !== everything));
  subscription.explicit ||= !isSilent;
  subscription.wildcard = isLegacy || request.names.includes(everything);
  if (subscription.wildcard && !wasWildcard) askAll(state, subscription);
  for (const name of subscription.names) if (!before.has(name)) ask(subscription, name);
  const hasFewer = (wasWildcard && !subscription.wildcard) || [...before].some((name) => !subscription.names.has(name));
  if (hasFewer) forgetUncovered(state, subscription);
};

/**
 * A request with a stale nonce was overtaken by a response that the client has yet to answer, and is not
 * answered itself: the names in it will come again with that answer.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#resource-updates
 */
export const applySotw = (state: EnvoyState, stream: Stream, request: SotwRequest): void => {
  const isFirst = !stream.subscriptions.has(request.type);
  const subscription = subscriptionFor(state, stream, request.type);
  const isStale = subscription.nonce !== '' && request.nonce !== subscription.nonce;
  judge(state, subscription, request.nonce, request.error);
  if (isStale) return;
  replaceNames(state, subscription, request, isFirst);
  state.pending.add(subscription);
};

/** The world moved: the names it moved are looked at wherever they are subscribed to. */
export const reviewChanged = (state: EnvoyState, type: TypeUrl, name: string): void => {
  for (const subscription of state.subscriptions.get(type) ?? []) {
    if (covers(subscription, name)) review(state, subscription, name);
  }
};
