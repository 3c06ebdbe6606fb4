import type { TraceReport } from '../routing/trace-item.ts';
import type { ReportHead } from './report.ts';

/** The report that `trace -o json` prints; its schema is docs/schemas/trace.schema.json. */
export interface Trace extends ReportHead, TraceReport {
  readonly kind: 'Trace';
  /** With --send: what a real Envoy answered. */
  readonly sent?: Sent;
  /** With --expect: one each. */
  readonly expected?: readonly Expected[];
}

/** The answer to the real request. */
export interface Sent {
  /** Address that it was sent to. */
  readonly to: string;
  /** Null where the connection was closed without an answer. */
  readonly status: number | null;
  readonly location: string | null;
  /** `namespace/service`, where the answer says which one it is from. */
  readonly backend: string | null;
  /** Whether a backend answered, and not Envoy itself; null without an answer. */
  readonly byBackend: boolean | null;
  readonly agrees: boolean;
  /** One sentence without a period. */
  readonly detail: string;
}

export interface Expected {
  /** As it was written: `status=404`. */
  readonly expectation: string;
  readonly met: boolean;
  /** What is predicted in its place, in the same words. */
  readonly actual: string;
}
