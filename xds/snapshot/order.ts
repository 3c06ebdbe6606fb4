import { typeUrl, type TypeUrl } from './resource.ts';

/**
 * The order in which one push reaches an Envoy: a cluster before its endpoints, both before the listeners and
 * routes that use them. Runtime comes first because it carries the limits that routes are checked against.
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations
 */
export const sendOrder: readonly TypeUrl[] = [
  typeUrl.runtime,
  typeUrl.cluster,
  typeUrl.endpoints,
  typeUrl.secret,
  typeUrl.listener,
  typeUrl.scopedRoute,
  typeUrl.route,
];

/** What is no longer used goes last, users before what they use. */
export const removalOrder: readonly TypeUrl[] = sendOrder.toReversed();

/**
 * State-of-the-world answers of these types are complete: what is missing is deleted. The protocol page names
 * listeners and clusters; Envoy reads scopes the same way (`ScopedRdsConfigSubscription::onConfigUpdate`).
 * The same types may be subscribed to by saying nothing (the legacy wildcard).
 * https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#deleting-resources
 */
export const isWholeType = (type: TypeUrl): boolean =>
  type === typeUrl.listener || type === typeUrl.cluster || type === typeUrl.scopedRoute;

/** Types whose resources may name clusters. */
export const namesClusters = (type: TypeUrl): boolean =>
  type === typeUrl.listener || type === typeUrl.scopedRoute || type === typeUrl.route;

/** Types of which some resource waits until all are answered. */
export const isFollowed = (type: TypeUrl): boolean => type === typeUrl.scopedRoute;

const known: ReadonlySet<string> = new Set(sendOrder);

/** The type that a request asks for, or null where it is none that is served here. */
export const asTypeUrl = (value: string): TypeUrl | null => (known.has(value) ? (value as TypeUrl) : null);
