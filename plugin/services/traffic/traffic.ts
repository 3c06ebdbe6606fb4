/** What Envoys counted of one service, over the last while. */
export interface TrafficSample {
  /** `web-v1:80` */
  readonly service: string;
  readonly requestsPerSecond: number;
  /** Of all answers, in percent. */
  readonly classes: { readonly '2xx': number; readonly '4xx': number; readonly '5xx': number };
  /** In ms; null where nothing was answered. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** What it got of the requests of its route, in percent; null before enough were counted. */
  readonly percent: number | null;
  /** Of `percent`, in percentage points. */
  readonly margin: number | null;
  /** What was counted: requests of this route, or all that the service got, from whichever route. */
  readonly scope: 'route' | 'service';
}

export type Traffic =
  | { readonly type: 'counted'; readonly samples: readonly TrafficSample[] }
  /** Why nothing was counted, as a plain sentence without a period. */
  | { readonly type: 'unavailable'; readonly reason: string };

/** Whose requests are counted. */
export interface TrafficQuery {
  readonly namespace: string;
  /** `web-v1:80` */
  readonly services: readonly string[];
  /** What the weights are at present: what was counted under others says nothing of these. */
  readonly weights: () => string;
}

/** Follows what Envoys count until `signal` is aborted. Rejects for mistakes of ours alone. */
export type FollowTraffic = (
  query: TrafficQuery,
  sink: (traffic: Traffic) => void,
  signal: AbortSignal,
) => Promise<void>;
