import type { ReportHead } from './report.ts';

/** A resource that an Envoy refused. */
export interface Refusal {
  /** Of the resource. */
  readonly name: string;
  readonly version: string;
  /** The Envoy's own words. */
  readonly message: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  readonly host: string | null;
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string } | null;
}

/** What one Envoy was sent of one type. */
export interface StreamType {
  /** Type URL. */
  readonly type: string;
  readonly sent: number;
  readonly accepted: number;
  readonly pending: number;
  readonly nacks: readonly Refusal[];
  /** In milliseconds since 1970; absent where an older controller is asked. */
  readonly ackedAt?: number | null;
}

/** One Envoy, as /debug/streams tells of it. */
export interface StreamItem {
  readonly node: string;
  readonly envoyVersion: string;
  readonly complete: boolean;
  readonly types: readonly StreamType[];
}

/** The answer of /debug/streams; its schema is docs/schemas/streams.schema.json. */
export interface StreamList extends ReportHead {
  readonly kind: 'StreamList';
  readonly items: readonly StreamItem[];
}

export type SyncKey = 'lds' | 'rds' | 'cds' | 'eds' | 'sds';

/** How far an Envoy is with one kind of resource. */
export interface SyncState {
  readonly state: 'ok' | 'behind' | 'nack';
  readonly sent: number;
  readonly accepted: number;
  /** Resources that it has not answered. */
  readonly behind: number;
  readonly errors: readonly Refusal[];
  /** When it acknowledged something last, in milliseconds since 1970; null where it has not, or nobody says. */
  readonly ackedAt: number | null;
}

export interface SyncItem {
  /** Node id. */
  readonly envoy: string;
  readonly version: string;
  /** Whether it has accepted one whole world. */
  readonly complete: boolean;
  readonly types: Readonly<Record<SyncKey, SyncState>>;
}

/** The report that `sync -o json` prints; its schema is docs/schemas/sync.schema.json. */
export interface SyncReport extends ReportHead {
  readonly kind: 'SyncReport';
  readonly items: readonly SyncItem[];
}
