import { review, setHolding, type EnvoyState } from './envoy-state.ts';
import { withAccepted, withRefused } from './holding.ts';
import type { Resource } from './resource.ts';
import { scrub } from './scrub.ts';
import { hasWork, type Flight, type Subscription } from './subscription.ts';

const acceptOne = (
  state: EnvoyState,
  subscription: Subscription,
  name: string,
  resource: Resource | null,
  number: number,
): void => {
  const holding = subscription.holdings.get(name);
  if (holding === undefined) return; // Unsubscribed meanwhile.
  const next = withAccepted(holding, resource, number);
  setHolding(state, subscription, name, next.possible.length === 0 ? null : next);
  subscription.refusals.delete(name);
};

const take = (state: EnvoyState, subscription: Subscription, flight: Flight): void => {
  for (const resource of flight.resources) acceptOne(state, subscription, resource.name, resource, flight.number);
  for (const name of flight.removed) acceptOne(state, subscription, name, null, flight.number);
  // With nothing left to try again, the next response may be all new once more.
  subscription.room = hasWork(subscription) ? subscription.room * 2 : Number.POSITIVE_INFINITY;
};

const accept = (state: EnvoyState, subscription: Subscription, flight: Flight): void => {
  state.ackedAt.set(subscription.type, state.now);
  take(state, subscription, flight);
};

const refuseOne = (
  state: EnvoyState,
  subscription: Subscription,
  name: string,
  resource: Resource | null,
  number: number,
): void => {
  const holding = subscription.holdings.get(name);
  if (holding === undefined) return;
  setHolding(state, subscription, name, withRefused(holding, resource, number));
  review(state, subscription, name);
};

/** Which one was bad is not known: Envoy names it in a text, if at all. Each is tried again by itself. */
const retryOne = (state: EnvoyState, subscription: Subscription, { name, version }: Resource): void => {
  const holding = subscription.holdings.get(name);
  if (holding?.sent !== version) return; // A newer one is under way.
  setHolding(state, subscription, name, { ...holding, sent: null });
  subscription.changed.add(name);
};

/** A response may repeat what was accepted meanwhile: that is not what Envoy refused. */
const suspectsOf = ({ holdings }: Subscription, { resources }: Flight): readonly Resource[] => {
  const suspects = resources.filter(({ name, version }) => holdings.get(name)?.accepted !== version);
  return suspects.length > 0 ? suspects : resources;
};

const refuse = (state: EnvoyState, subscription: Subscription, flight: Flight, error: string): void => {
  const message = scrub(error);
  const suspects = suspectsOf(subscription, flight);
  const [only] = suspects;
  if (only === undefined) {
    // Nothing in it can be taken back or sent again: what was removed counts as gone.
    subscription.refusals.set('*', { name: '*', version: '', message, at: state.now });
    take(state, subscription, flight);
    return;
  }
  if (suspects.length === 1) {
    refuseOne(state, subscription, only.name, only, flight.number);
    subscription.refusals.set(only.name, { name: only.name, version: only.version, message, at: state.now });
  } else {
    subscription.room = Math.ceil(suspects.length / 2);
    for (const resource of suspects) retryOne(state, subscription, resource);
  }
  for (const name of flight.removed) refuseOne(state, subscription, name, null, flight.number);
};

/**
 * Takes a request as the answer to the response with that nonce. Refused means that the request carries an
 * error, and nothing else: versions do not tell.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#ack-and-nack-semantics-summary
 */
export const judge = (state: EnvoyState, subscription: Subscription, nonce: string, error: string | null): void => {
  const flight = subscription.flights.get(nonce);
  if (flight === undefined) return;
  // In the state of the world a request speaks for every response before it.
  for (const earlier of subscription.stream.mode === 'sotw' ? [...subscription.flights.keys()] : []) {
    if (earlier === nonce) break;
    subscription.flights.delete(earlier);
  }
  subscription.flights.delete(nonce);
  state.pending.add(subscription);
  if (error === null) accept(state, subscription, flight);
  else refuse(state, subscription, flight, error);
};
