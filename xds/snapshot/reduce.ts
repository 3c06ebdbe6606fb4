import { mayHaveDraft } from './draft.ts';
import { reviewAwaiting, reviewOnTick, setHolding, subscriptionsOf, unsettle, type EnvoyState } from './envoy-state.ts';
import { deltaRemovals, deltaUpserts } from './flush-delta.ts';
import { sotwResponses } from './flush-sotw.ts';
import type { DeltaRequest, EnvoyEvent, Mode, Send, SotwRequest, StreamId } from './messages.ts';
import { isFollowed, namesClusters, removalOrder, sendOrder } from './order.ts';
import { applyDelta, applySotw, reviewChanged } from './requests.ts';
import { typeUrl, type TypeUrl } from './resource.ts';
import { hasWork, isQuiet, type Stream, type Subscription } from './subscription.ts';

/**
 * Responses that one event may bring to one stream. After a batch the stream says `writable` again, so that a
 * first sync of 50,000 resources is never in memory as messages.
 */
const batch = 16;

const open = (state: EnvoyState, id: StreamId, mode: Mode): void => {
  if (state.streams.size === 0) state.withoutClusters = state.now;
  const stream: Stream = {
    id,
    mode,
    openedAt: state.now,
    subscriptions: new Map(),
    writable: true,
    credit: batch,
    responses: 0,
  };
  state.streams.set(id, stream);
};

const dropSubscription = (state: EnvoyState, subscription: Subscription): void => {
  const { type, holdings } = subscription;
  state.subscriptions.get(type)?.delete(subscription);
  state.pending.delete(subscription);
  if (!subscription.synced) state.unsynced -= 1;
  // The Envoy goes on running what it had, and will tell on its next stream.
  if (type === typeUrl.cluster || namesClusters(type)) unsettle(state);
  if (type === typeUrl.cluster && subscriptionsOf(state, type).size === 0) state.withoutClusters = state.now;
  for (const name of holdings.keys()) setHolding(state, subscription, name, null);
};

const close = (state: EnvoyState, id: StreamId): void => {
  const stream = state.streams.get(id);
  state.streams.delete(id);
  for (const subscription of stream?.subscriptions.values() ?? []) dropSubscription(state, subscription);
};

const request = (state: EnvoyState, id: StreamId, message: DeltaRequest | SotwRequest): void => {
  const stream = state.streams.get(id);
  if (stream === undefined) return;
  if (message.mode === 'delta') applyDelta(state, stream, message);
  else applySotw(state, stream, message);
};

const setWritable = (state: EnvoyState, id: StreamId, writable: boolean): void => {
  const stream = state.streams.get(id);
  if (stream === undefined) return;
  stream.writable = writable;
  if (writable) stream.credit = batch;
};

const take = (state: EnvoyState, event: EnvoyEvent): void => {
  switch (event.type) {
    case 'opened':
      return open(state, event.stream, event.mode);
    case 'request':
      return request(state, event.stream, event.request);
    case 'closed':
      return close(state, event.stream);
    case 'moved':
      for (const { type, name } of event.change.upserts) reviewChanged(state, type, name);
      for (const { type, name } of event.change.removals) reviewChanged(state, type, name);
      return;
    case 'blocked':
      return setWritable(state, event.stream, false);
    case 'writable':
      return setWritable(state, event.stream, true);
    case 'tick':
      return reviewOnTick(state);
  }
};

const pendingOf = (state: EnvoyState, type: TypeUrl): readonly Subscription[] =>
  [...state.pending].filter((subscription) => subscription.type === type);

const upserts = (state: EnvoyState, subscription: Subscription): readonly Send[] =>
  subscription.stream.mode === 'delta' ? deltaUpserts(state, subscription) : sotwResponses(state, subscription);

const isServed = (state: EnvoyState, type: TypeUrl): boolean =>
  state.world.count(type) === 0 || subscriptionsOf(state, type).size > 0;

/**
 * One whole world: every subscription was answered in full once, among them clusters, listeners, and the routes
 * that this world's listeners lead to. What Envoy refused of it, alone, counts as answered: one bad host must
 * not make an Envoy that serves all others look as if it never started.
 */
const isComplete = (state: EnvoyState): boolean =>
  state.unsynced === 0 &&
  subscriptionsOf(state, typeUrl.cluster).size > 0 &&
  subscriptionsOf(state, typeUrl.listener).size > 0 &&
  isServed(state, typeUrl.scopedRoute) &&
  isServed(state, typeUrl.route);

/** Answers whether there is something to look at again, because what it waited for was answered in full. */
const settle = (state: EnvoyState): boolean => {
  let isAwaited = false;
  for (const subscription of state.pending) {
    if (hasWork(subscription)) continue;
    state.pending.delete(subscription);
    if (subscription.synced || !isQuiet(subscription)) continue;
    subscription.synced = true;
    state.unsynced -= 1;
    // Without aggregation there is a subscription a route: to look through all of them for each would take long.
    if (!isFollowed(subscription.type)) continue;
    reviewAwaiting(state, { type: subscription.type, name: '' });
    isAwaited = true;
  }
  state.complete ||= isComplete(state);
  return isAwaited;
};

/** Nothing is settled by it, and nothing is taken away: what is pending stays so until there is a world. */
const flushDraft = (state: EnvoyState): readonly Send[] =>
  sendOrder.flatMap((type) =>
    pendingOf(state, type)
      .filter((subscription) => mayHaveDraft(state, subscription))
      .flatMap((subscription) => deltaUpserts(state, subscription)),
  );

const flush = (state: EnvoyState): readonly Send[] => {
  if (state.pending.size === 0) return [];
  // Nobody who serves is answered before there is a world: an empty answer would tear down what is served.
  if (state.world.drafted) return flushDraft(state);
  if (!state.world.published) return [];
  const sends: Send[] = [];
  for (const type of sendOrder) {
    for (const subscription of pendingOf(state, type)) sends.push(...upserts(state, subscription));
  }
  for (const type of removalOrder) {
    for (const subscription of pendingOf(state, type)) sends.push(...deltaRemovals(state, subscription));
  }
  return settle(state) ? [...sends, ...flush(state)] : sends;
};

/**
 * The protocol, for one Envoy: takes what happened, returns the responses to write, in order. Deterministic and
 * without I/O; `state` is updated in place (see `Subscription`). The cost of an event is that of what it moved.
 */
export const reduce = (state: EnvoyState, event: EnvoyEvent): readonly Send[] => {
  state.now = event.at;
  take(state, event);
  return flush(state);
};
