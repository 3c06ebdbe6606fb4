import type { ObjectRef } from './objects/ref.ts';
import type { Programmed } from './programmed.ts';

/** Where an object's part was written. `file`, `line` and `column` only when it was read from files; 1-based. */
export interface SourceItem {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly pointer: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

export interface BackendItem {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
  /** As written, or null. */
  readonly weight: number | null;
  /** Share of this route's requests, 0 to 100, at most two decimals. */
  readonly percent: number;
  /** Null where the input says nothing about the Service's endpoints. */
  readonly endpoints: { readonly ready: number; readonly total: number } | null;
}

export type ActionItem =
  | {
      readonly type: 'Forward';
      readonly backends: readonly BackendItem[];
      readonly mirror: {
        readonly namespace: string;
        readonly name: string;
        readonly port: number;
        readonly percent: number;
      } | null;
    }
  | { readonly type: 'Redirect'; readonly scheme: string; readonly status: number }
  | { readonly type: 'DirectResponse'; readonly status: number }
  | { readonly type: 'Error'; readonly status: number; readonly reason: string };

export interface ReasonItem {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** JSON pointer into the object that the reason is about. */
  readonly pointer: string;
}

/** One row of the effective route table: one match on one listener, in the order Envoy evaluates it. */
export interface RouteItem {
  readonly host: string;
  readonly listener: 'http' | 'https';
  /** From 1, per host and listener; null for a claim that lost. */
  readonly order: number | null;
  /** Null where a whole host was lost. */
  readonly match: {
    readonly method: null;
    readonly path: { readonly type: 'Exact' | 'Regex' | 'Prefix' | 'SegmentPrefix'; readonly value: string };
    readonly headers: readonly { readonly name: string; readonly type: string; readonly value: string }[];
    readonly query: readonly { readonly name: string; readonly type: string; readonly value: string }[];
  } | null;
  readonly action: ActionItem | null;
  readonly policies: Readonly<Record<string, unknown>>;
  readonly source: SourceItem;
  readonly via: readonly SourceItem[];
  readonly status: {
    readonly valid: boolean;
    /** False where the input holds nothing of a kind that it would take to tell. */
    readonly verified: boolean;
    readonly reasons: readonly ReasonItem[];
  };
  /** For a claim that lost: who has it. */
  readonly holder?: SourceItem;
  /** How many Envoys have accepted this host as it is now; null where no controller was asked. */
  readonly programmed: Programmed | null;
}

export interface RouteQuery {
  /** A concrete name (the one virtual host Envoy would choose), a declared wildcard or a glob over declared names. */
  readonly host: string | null;
  /** Keep only matches that could answer this path. */
  readonly path: string | null;
  /** Keep only rows that an object of this namespace wrote or included. */
  readonly namespace: string | null;
  /** Include claims that lost. */
  readonly invalid: boolean;
}

/** What a report needs from the door the objects came through. */
export interface RouteTablePorts {
  locate(
    ref: ObjectRef,
    pointer: string,
  ): { readonly file: string; readonly line: number; readonly column: number } | null;
  programmed(host: string): Programmed | null;
}
