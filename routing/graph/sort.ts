import { compareText } from './compare-text.ts';
import type { HeaderMatch, QueryMatch, Route, RouteMatch } from './graph.ts';

/** Why a route is tried before another that could answer the same request; of two that are equal, the first that tells. */
export type OrderReason =
  | 'PathType'
  | 'PathLength'
  | 'PathValue'
  | 'HeaderCount'
  | 'QueryCount'
  | 'WholeSegments'
  | 'HeaderValues'
  | 'QueryValues';

/** Negative where `left` is tried first, 0 where this rule says nothing. */
type Rule<T> = (left: T, right: T) => number;

/** The rules by which routes are ordered, each list from the strongest. */
export interface Ordering {
  readonly match: readonly { readonly reason: OrderReason; readonly compare: Rule<RouteMatch> }[];
  /** Decide between lists of equal length, item by item. */
  readonly header: readonly Rule<HeaderMatch>[];
  readonly query: readonly Rule<QueryMatch>[];
}

const pathRank = { Exact: 0, Regex: 1, Prefix: 2, SegmentPrefix: 2 } as const;
const headerRank = { Exact: 0, Regex: 1, Contains: 2, Present: 3 } as const;
const queryRank = { Exact: 0, Regex: 1, Prefix: 2, Suffix: 3, Contains: 4, Present: 5 } as const;

/**
 * The order in which Envoy tries the routes of a host, most specific first: exact, then regex, then
 * prefix; longer before shorter; more headers, more query conditions; whole segments before string
 * prefixes; then by value, so that equal input has one order. Segments come after conditions, so that an
 * Ingress (the only one to have them) takes nothing from a route of an HTTPProxy that asks for more.
 */
export const ordering: Ordering = {
  match: [
    { reason: 'PathType', compare: ({ path: left }, { path: right }) => pathRank[left.type] - pathRank[right.type] },
    {
      reason: 'PathLength',
      compare: ({ path: left }, { path: right }) =>
        left.type === 'Exact' ? 0 : right.value.length - left.value.length,
    },
    { reason: 'PathValue', compare: (left, right) => compareText(right.path.value, left.path.value) },
    { reason: 'HeaderCount', compare: (left, right) => right.headers.length - left.headers.length },
    { reason: 'QueryCount', compare: (left, right) => right.query.length - left.query.length },
    {
      reason: 'WholeSegments',
      compare: (left, right) => Number(left.path.type === 'Prefix') - Number(right.path.type === 'Prefix'),
    },
  ],
  header: [
    (left, right) => compareText(left.name, right.name),
    (left, right) => headerRank[left.type] - headerRank[right.type],
    (left, right) => compareText(left.value, right.value),
    (left, right) => Number(left.invert) - Number(right.invert),
    (left, right) => Number(left.ignoreCase) - Number(right.ignoreCase),
    (left, right) => Number(left.treatMissingAsEmpty) - Number(right.treatMissingAsEmpty),
  ],
  query: [
    (left, right) => compareText(left.name, right.name),
    (left, right) => queryRank[left.type] - queryRank[right.type],
    (left, right) => compareText(left.value, right.value),
    (left, right) => Number(left.ignoreCase) - Number(right.ignoreCase),
  ],
};

/** @param by other rules than ours; the test that each of them is needed leaves out one at a time */
export function sortRoutes(routes: readonly Route[], by: Ordering = ordering): readonly Route[] {
  return [...routes].sort((left, right) => decide(left.match, right.match, by).order);
}

/** The first rule that puts one of two matches before the other; null for matches that are equal. */
export function orderReason(left: RouteMatch, right: RouteMatch): OrderReason | null {
  return decide(left, right, ordering).reason;
}

/** Negative where `left` is tried first. */
function decide(left: RouteMatch, right: RouteMatch, by: Ordering): { order: number; reason: OrderReason | null } {
  for (const { reason, compare } of by.match) {
    const order = compare(left, right);
    if (order !== 0) return { order, reason };
  }
  const headers = compareLists(left.headers, right.headers, by.header);
  if (headers !== 0) return { order: headers, reason: 'HeaderValues' };
  const query = compareLists(left.query, right.query, by.query);
  return { order: query, reason: query === 0 ? null : 'QueryValues' };
}

/** Lists of one length are compared item by item; where a rule on lengths is left out, the shorter decides how far. */
function compareLists<T>(left: readonly T[], right: readonly T[], rules: readonly Rule<T>[]): number {
  for (const [index, item] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 0;
    for (const rule of rules) {
      const order = rule(item, other);
      if (order !== 0) return order;
    }
  }
  return 0;
}
