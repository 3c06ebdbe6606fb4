import type { BackendItem, ReasonItem, SourceItem } from './route-item.ts';

/** The request that was traced. */
export interface TraceRequest {
  readonly method: string;
  readonly url: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  /** As it was sent, with its query. */
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** The name that the TLS handshake asks for; null over plain HTTP, or where it asks for none. */
  readonly sni: string | null;
  readonly sourceIp: string | null;
}

export interface TraceBackend extends BackendItem {
  /** Ready ones as `address:port`, at most ten; empty where nothing is known of them. */
  readonly addresses: readonly string[];
}

/** What answers. */
export interface TraceDecision {
  readonly type:
    | 'Forward'
    | 'Redirect'
    | 'DirectResponse'
    | 'Error'
    | 'NotFound'
    | 'BadRequest'
    | 'Misdirected'
    | 'UpgradeRefused'
    | 'NoHandshake';
  /** Null where the backend says, and where the connection is closed. */
  readonly status: number | null;
  /** Of `Error`: why the route answers one. */
  readonly reason: string | null;
  /** The route, in the object that wrote it; null where none decides. */
  readonly source: SourceItem | null;
  readonly backends: readonly TraceBackend[];
  /** The index in `backends` that the seed draws; null without a seed, or where there is nothing to draw. */
  readonly drawn: number | null;
  readonly mirror: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number;
    readonly percent: number;
  } | null;
  /** Where a redirect leads. */
  readonly location: string | null;
  /** What is wrong with the route or its host. */
  readonly reasons: readonly ReasonItem[];
}

export interface TraceStep {
  readonly stage: 'listener' | 'host' | 'include' | 'route' | 'backend' | 'policy';
  /** `decides` is the route that answers; `failed` is the step at which no answer was found. */
  readonly result: 'matched' | 'decides' | 'failed';
  readonly source: SourceItem | null;
  /** One sentence without a period. */
  readonly detail: string;
}

/** A route, or a claim on the host, that does not answer. */
export interface TraceRejection {
  readonly source: SourceItem;
  /** `PathDiffers`, `HeaderDiffers`, `QueryDiffers`, the rule of order that puts it behind, or why the claim was lost. */
  readonly reason: string;
  /** Its match in words; null for a claim on the whole host. */
  readonly match: string | null;
  readonly detail: string;
}

/** What comes closest to answering where nothing does. */
export interface TraceMiss {
  /** Null for a host. */
  readonly source: SourceItem | null;
  readonly host: string;
  readonly detail: string;
}

/** Explains one request: what `trace -o json` prints, less the fields of every report. */
export interface TraceReport {
  readonly request: TraceRequest;
  readonly decision: TraceDecision;
  readonly steps: readonly TraceStep[];
  readonly rejected: readonly TraceRejection[];
  /** Null where something answers, and where nothing comes close. */
  readonly nearest: TraceMiss | null;
  /** What the prediction cannot know, as plain sentences. */
  readonly notes: readonly string[];
}

export interface TraceQuery {
  readonly request: TraceRequest;
  /** Routes whose path differs are told too. */
  readonly all: boolean;
  /** A number that draws one of several backends, the same each time. */
  readonly seed: number | null;
}
