import { isDeepStrictEqual } from 'node:util';
import { parseTime } from '../../routing/graph/time.ts';

/** One thing that was found, beneath a condition: Contour's shape. */
export interface SubCondition {
  readonly type: string;
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/** What is to be said now; when it became so follows from what is stored. */
export interface Finding {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly errors?: readonly SubCondition[];
  readonly warnings?: readonly SubCondition[];
}

/** A condition as it is stored, with whatever else somebody put into it. */
export type StoredCondition = Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
};

/** All but when it was said, and of which generation. */
function contentOf({
  status,
  reason,
  message,
  errors,
  warnings,
}: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [status, reason, message, errors ?? [], warnings ?? []];
}

export function saysTheSame(finding: Finding, stored: StoredCondition | undefined): boolean {
  return stored !== undefined && isDeepStrictEqual(contentOf({ ...finding }), contentOf(stored));
}

/** The condition to store: since when it says so is kept for as long as it does. */
export function conditionOf(finding: Finding, stored: StoredCondition | undefined, now: string): object {
  const { type, status, reason, message, observedGeneration, errors, warnings } = finding;
  const isKept = stored !== undefined && saysTheSame(finding, stored) && parseTime(stored.lastTransitionTime) !== null;
  return {
    type,
    status,
    reason,
    message,
    observedGeneration,
    lastTransitionTime: isKept ? stored.lastTransitionTime : now,
    ...(errors === undefined ? {} : { errors }),
    ...(warnings === undefined ? {} : { warnings }),
  };
}
