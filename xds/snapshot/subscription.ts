import type { Holding } from './holding.ts';
import type { Mode, StreamId } from './messages.ts';
import type { Resource, TypeUrl } from './resource.ts';

/** One gRPC stream of an Envoy. */
export interface Stream {
  readonly id: StreamId;
  readonly mode: Mode;
  readonly openedAt: number;
  readonly subscriptions: Map<TypeUrl, Subscription>;
  writable: boolean;
  /** Responses that may still be written before the stream must say again that it takes more. */
  credit: number;
  /** Sent so far. */
  responses: number;
}

/** One response that was not answered yet: what it brought, and what it took away. */
export interface Flight {
  /** Of the response, on its stream, from 1. */
  readonly number: number;
  readonly resources: readonly Resource[];
  readonly removed: readonly string[];
}

/** A resource that Envoy refused while nothing else was in the response. */
export interface Refusal {
  readonly name: string;
  readonly version: string;
  /** Scrubbed and cut: safe to show. */
  readonly message: string;
  readonly at: number;
}

/** What an update may have to wait for: a cluster, or the endpoints without which that cluster is not ready. */
export interface Awaited {
  readonly type: TypeUrl;
  /** Empty for all there is of the type. */
  readonly name: string;
}

/** An update that waits. */
export interface Wait {
  readonly since: number;
  readonly on: Awaited;
}

/**
 * What one stream asked of one type, what it was sent and what it answered. Mutable, like the state that owns
 * it: with 50,000 names a fresh copy for each acknowledgement would cost more than the acknowledgement.
 */
export interface Subscription {
  readonly type: TypeUrl;
  readonly stream: Stream;

  wildcard: boolean;
  /** The client has named something once: from then on an empty list means nothing, not everything. */
  explicit: boolean;
  names: Set<string>;
  /** The client told what it holds from an earlier stream. */
  resumed: boolean;

  readonly holdings: Map<string, Holding>;
  /** How many of `holdings` have an accepted version. */
  accepted: number;
  /** Names the client asked for that do not exist, and that it was told about. */
  readonly absent: Set<string>;

  /** To be looked at, because the client asked: answered in chunks. */
  readonly asked: Set<string>;
  /** To be looked at, because the world moved: one response each. */
  readonly changed: Set<string>;
  /** To be taken away, when everything else is sent. */
  readonly removals: Set<string>;
  /** To be sent although nothing changed. */
  readonly due: Set<string>;
  /** Gone from the world, but something that the Envoy runs still names them. */
  readonly lingering: Set<string>;
  /** By name; `awaited` has the same names by the key of what they wait for. */
  readonly waiting: Map<string, Wait>;
  readonly awaited: Map<string, Set<string>>;

  /** By nonce, in the order sent. */
  readonly flights: Map<string, Flight>;
  readonly refusals: Map<string, Refusal>;
  /** Updates sent although the bound on waiting for their clusters was hit. */
  overdue: number;

  /** Of the last response; empty before the first. */
  nonce: string;
  /** Everything asked for was once sent and answered. */
  synced: boolean;
  /** State of the world only: how many resources that were not accepted yet may share a response. */
  room: number;
}

export const createSubscription = (stream: Stream, type: TypeUrl): Subscription => ({
  type,
  stream,
  wildcard: false,
  explicit: false,
  names: new Set(),
  resumed: false,
  holdings: new Map(),
  accepted: 0,
  absent: new Set(),
  asked: new Set(),
  changed: new Set(),
  removals: new Set(),
  due: new Set(),
  lingering: new Set(),
  waiting: new Map(),
  awaited: new Map(),
  flights: new Map(),
  refusals: new Map(),
  overdue: 0,
  nonce: '',
  synced: false,
  room: Number.POSITIVE_INFINITY,
});

export const awaitedKey = ({ type, name }: Awaited): string => `${type} ${name}`;

export const covers = (subscription: Subscription, name: string): boolean =>
  subscription.wildcard || subscription.names.has(name);

/**
 * Responses of one type that may be unanswered at once. Enough to keep any Envoy busy; a client that reads and
 * never answers would otherwise keep alive every version that was ever sent to it.
 */
const unansweredLimit = 128;

/** Another response can be sent now. */
export const isOpen = ({ stream, flights }: Subscription): boolean =>
  stream.writable && stream.credit > 0 && flights.size < unansweredLimit;

/** There are names to look at. */
export const hasWork = (subscription: Subscription): boolean =>
  subscription.asked.size + subscription.changed.size + subscription.removals.size > 0;

/** Nothing left to look at, to wait for, or to be answered. Lingering resources do no harm and do not count. */
export const isQuiet = (subscription: Subscription): boolean =>
  !hasWork(subscription) && subscription.waiting.size === 0 && subscription.flights.size === 0;
