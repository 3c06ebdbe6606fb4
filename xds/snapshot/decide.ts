import { setHolding, type EnvoyState } from './envoy-state.ts';
import { isHeld, withRecognised } from './holding.ts';
import type { Resource } from './resource.ts';
import { type Awaited, covers, type Subscription } from './subscription.ts';
import { readiness, stopWaiting, wait } from './waiting.ts';

/** What one name asks for now, by the world, by what the client holds, and by what it asked. */
export type Decision =
  | { readonly type: 'nothing' }
  | { readonly type: 'recognise'; readonly resource: Resource }
  | { readonly type: 'send'; readonly resource: Resource; readonly isOverdue: boolean }
  | { readonly type: 'wait'; readonly on: Awaited }
  | { readonly type: 'remove' };

const nothing: Decision = { type: 'nothing' };

/**
 * A name that was asked for and does not exist is answered once by its removal, and is remembered.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#knowing-when-a-requested-resource-does-not-exist
 */
const decideAbsent = (subscription: Subscription, name: string): Decision => {
  const holding = subscription.holdings.get(name);
  const isUntold = subscription.names.has(name) && !subscription.absent.has(name);
  const mustSay = subscription.due.has(name) || isUntold || (holding !== undefined && isHeld(holding));
  return mustSay ? { type: 'remove' } : nothing;
};

/** Sends only what the client does not have, and never again what it refused. */
const decide = (state: EnvoyState, subscription: Subscription, name: string): Decision => {
  const resource = state.world.get(subscription.type, name);
  if (resource === undefined) return decideAbsent(subscription, name);
  if (!subscription.due.has(name)) {
    if (!covers(subscription, name)) return nothing;
    const holding = subscription.holdings.get(name);
    if (holding?.sent === resource.version) return holding.unknown ? { type: 'recognise', resource } : nothing;
    if (subscription.refusals.get(name)?.version === resource.version) return nothing;
  }
  const ready = readiness(state, subscription, resource);
  if (ready.type === 'wait') return ready;
  return { type: 'send', resource, isOverdue: ready.type === 'overdue' };
};

/** A name that neither the world nor the client has leaves no trace: not even that it was once refused. */
export const tidy = (state: EnvoyState, subscription: Subscription, name: string): void => {
  const holding = subscription.holdings.get(name);
  if (state.world.get(subscription.type, name) !== undefined) return;
  if (holding === undefined || holding.possible.length > 0 || holding.unknown) return;
  subscription.refusals.delete(name);
  setHolding(state, subscription, name, null);
};

/** Decides about one name and does what needs no response. Returns the resource to send, if any. */
export const look = (state: EnvoyState, subscription: Subscription, name: string): Resource | null => {
  const decision = decide(state, subscription, name);
  // It has come back since it was to be taken away.
  if (state.world.get(subscription.type, name) !== undefined) subscription.removals.delete(name);
  if (decision.type === 'wait') {
    wait(state, subscription, name, decision.on);
    return null;
  }
  stopWaiting(subscription, name);
  if (decision.type === 'send') {
    if (decision.isOverdue) subscription.overdue += 1;
    return decision.resource;
  }
  const holding = subscription.holdings.get(name);
  if (decision.type === 'recognise' && holding !== undefined) {
    setHolding(state, subscription, name, withRecognised(holding, decision.resource));
  }
  if (decision.type === 'remove') subscription.removals.add(name);
  else if (decision.type === 'nothing') tidy(state, subscription, name);
  return null;
};
