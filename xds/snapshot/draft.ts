import { subscriptionsOf, type EnvoyState } from './envoy-state.ts';
import { typeUrl, type TypeUrl } from './resource.ts';
import type { Subscription } from './subscription.ts';

/**
 * What a new Envoy may have of a world that is not whole yet: it opens no port before the routes of its last listener
 * are there, and these are not among them. No secrets, as no listener that uses them is there either.
 */
const drafted: ReadonlySet<TypeUrl> = new Set([
  typeUrl.runtime,
  typeUrl.cluster,
  typeUrl.endpoints,
  typeUrl.listener,
  typeUrl.scopedRoute,
]);

/** An Envoy that came back says so for each type that it holds something of. */
const holdsSomething = ({ subscriptions }: EnvoyState): boolean => {
  for (const each of subscriptions.values()) for (const { resumed } of each) if (resumed) return true;
  return false;
};

/**
 * Whether a part of the first world may go out before the rest is known. An Envoy that holds anything waits for all of
 * it: half a world would take from what it serves. A new one spends its time on what is there already.
 *
 * Clusters alone do no harm: Envoy asks for them first, and whether it holds a listener is known only after that. In
 * the state of the world a response says that there is nothing else, which a draft cannot.
 */
export const mayHaveDraft = (state: EnvoyState, { type, stream }: Subscription): boolean => {
  if (stream.mode !== 'delta' || !drafted.has(type) || holdsSomething(state)) return false;
  return type !== typeUrl.scopedRoute || subscriptionsOf(state, typeUrl.listener).size > 0;
};
