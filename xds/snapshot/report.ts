import { subscriptionsOf, type EnvoyState } from './envoy-state.ts';
import { sendOrder } from './order.ts';
import type { TypeUrl } from './resource.ts';
import { covers, type Refusal, type Subscription } from './subscription.ts';

/** Where one Envoy stands with one type, over all streams that carry it. */
export interface TypeReport {
  readonly type: TypeUrl;
  readonly subscribed: number | '*';
  /** Resources it was sent on its present streams, or told that it has. */
  readonly sent: number;
  readonly accepted: number;
  /** Resources on their way, waiting for a cluster, or not yet looked at. */
  readonly pending: number;
  /** Updates sent although the Envoy never acknowledged the clusters they need. */
  readonly overdue: number;
  readonly nacks: readonly Refusal[];
  /** When it acknowledged a response last, in milliseconds; null where it has none yet. */
  readonly ackedAt: number | null;
}

const sum = (subscriptions: readonly Subscription[], count: (subscription: Subscription) => number): number =>
  subscriptions.reduce((total, subscription) => total + count(subscription), 0);

const underWay = ({ flights }: Subscription): number =>
  [...flights.values()].reduce((total, flight) => total + flight.resources.length + flight.removed.length, 0);

const typeReport = (type: TypeUrl, subscriptions: readonly Subscription[], { ackedAt }: EnvoyState): TypeReport => ({
  type,
  subscribed: subscriptions.some((one) => one.wildcard) ? '*' : sum(subscriptions, (one) => one.names.size),
  sent: sum(subscriptions, (one) => one.holdings.size),
  accepted: sum(subscriptions, (one) => one.accepted),
  pending: sum(
    subscriptions,
    (one) => one.asked.size + one.changed.size + one.removals.size + one.waiting.size + underWay(one),
  ),
  overdue: sum(subscriptions, (one) => one.overdue),
  nacks: subscriptions.flatMap((one) => [...one.refusals.values()]),
  ackedAt: ackedAt.get(type) ?? null,
});

/** In the order of sending; only types that the Envoy asked for. */
export const typeReports = (state: EnvoyState): readonly TypeReport[] =>
  sendOrder
    .map((type) => typeReport(type, [...subscriptionsOf(state, type)], state))
    .filter(({ type }) => subscriptionsOf(state, type).size > 0);

/** The version of that resource which the Envoy runs; null where it has none, or its streams do not agree. */
export const acceptedVersion = (state: EnvoyState, type: TypeUrl, name: string): string | null => {
  const versions = [...subscriptionsOf(state, type)]
    .filter((subscription) => covers(subscription, name))
    .map((subscription) => subscription.holdings.get(name)?.accepted ?? null);
  const [first = null] = versions;
  return versions.every((version) => version === first) ? first : null;
};
