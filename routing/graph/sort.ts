import { compareText } from './compare-text.ts';
import type { HeaderMatch, PathMatch, QueryMatch, Route, RouteMatch } from './graph.ts';

/**
 * The order in which Envoy tries the routes of a host, most specific first: exact, then regex, then
 * prefix; longer before shorter; more headers, more query conditions; whole segments before string
 * prefixes; then by value, so that equal input has one order. Segments come after conditions, so that an
 * Ingress (the only one to have them) takes nothing from a route of an HTTPProxy that asks for more.
 */
export function sortRoutes(routes: readonly Route[]): readonly Route[] {
  return [...routes].sort((left, right) => compareMatches(left.match, right.match));
}

/** Negative where `left` is tried first. */
function compareMatches(left: RouteMatch, right: RouteMatch): number {
  return (
    comparePaths(left.path, right.path) ||
    right.headers.length - left.headers.length ||
    right.query.length - left.query.length ||
    Number(left.path.type === 'Prefix') - Number(right.path.type === 'Prefix') ||
    compareLists(left.headers, right.headers, compareHeaders) ||
    compareLists(left.query, right.query, compareQuery)
  );
}

const pathRank = { Exact: 0, Regex: 1, Prefix: 2, SegmentPrefix: 2 } as const;

function comparePaths(left: PathMatch, right: PathMatch): number {
  return (
    pathRank[left.type] - pathRank[right.type] ||
    (left.type === 'Exact' ? 0 : right.value.length - left.value.length) ||
    compareText(right.value, left.value)
  );
}

const headerRank = { Exact: 0, Regex: 1, Contains: 2, Present: 3 } as const;

function compareHeaders(left: HeaderMatch, right: HeaderMatch): number {
  return (
    compareText(left.name, right.name) ||
    headerRank[left.type] - headerRank[right.type] ||
    compareText(left.value, right.value) ||
    Number(left.invert) - Number(right.invert) ||
    Number(left.ignoreCase) - Number(right.ignoreCase) ||
    Number(left.treatMissingAsEmpty) - Number(right.treatMissingAsEmpty)
  );
}

const queryRank = { Exact: 0, Regex: 1, Prefix: 2, Suffix: 3, Contains: 4, Present: 5 } as const;

function compareQuery(left: QueryMatch, right: QueryMatch): number {
  return (
    compareText(left.name, right.name) ||
    queryRank[left.type] - queryRank[right.type] ||
    compareText(left.value, right.value) ||
    Number(left.ignoreCase) - Number(right.ignoreCase)
  );
}

function compareLists<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): number {
  for (const [index, item] of left.entries()) {
    const order = compare(item, right[index] as T);
    if (order !== 0) return order;
  }
  return 0;
}
