import type { HeaderMatch, PathMatch, QueryMatch, Route, RouteMatch } from '../../routing/graph/graph.ts';
import { prefix, route, saying } from '../support/graphs.ts';

const path = (type: PathMatch['type'], value: string): RouteMatch => ({
  path: { type, value },
  headers: [],
  query: [],
});

const header = (type: HeaderMatch['type'], value: string, more: Partial<HeaderMatch> = {}): RouteMatch => ({
  ...prefix('/header'),
  headers: [{ name: 'x-a', type, value, invert: false, ignoreCase: false, treatMissingAsEmpty: false, ...more }],
});

const query = (type: QueryMatch['type'], value: string, ignoreCase = false): RouteMatch => ({
  ...prefix('/query'),
  query: [{ name: 'q', type, value, ignoreCase }],
});

/** One route of each kind of match, in an order in which each can answer something. */
export const everyMatch: readonly Route[] = [
  route(path('SegmentPrefix', '/never?matches'), saying('never')),
  route(path('Exact', '/exact'), saying('exact')),
  route(path('Regex', '/v[0-9]+/.*'), saying('regex')),
  route(path('SegmentPrefix', '/segment/'), saying('segment')),
  route(path('Prefix', '/pre'), saying('prefix')),
  route(header('Exact', 'one'), saying('header exact')),
  route(header('Exact', 'two', { ignoreCase: true }), saying('header exact, any case')),
  route(header('Regex', 'r[0-9]'), saying('header regex')),
  route(header('Contains', 'need'), saying('header contains')),
  route(header('Exact', 'three', { invert: true, treatMissingAsEmpty: true }), saying('header is not')),
  route(header('Present', ''), saying('header is there')),
  route(query('Exact', 'one'), saying('query exact')),
  route(query('Prefix', 'pre'), saying('query prefix')),
  route(query('Suffix', 'suf', true), saying('query suffix, any case')),
  route(query('Contains', 'need'), saying('query contains')),
  route(query('Regex', 'r[0-9]'), saying('query regex')),
  route(query('Present', ''), saying('query is there')),
  route(path('SegmentPrefix', '/'), saying('everything else')),
];

/** Path, header `x-a`, and the route that answers. */
export const matchTable: readonly (readonly [string, string | null, string])[] = [
  ['/exact', null, 'exact'],
  ['/exact?and=query', null, 'exact'],
  ['/exact/', null, 'everything else'],
  ['/v1/a', null, 'regex'],
  ['/x/v1/a', null, 'everything else'],
  ['/segment', null, 'segment'],
  ['/segment/', null, 'segment'],
  ['/segment/a', null, 'segment'],
  ['/segments', null, 'everything else'],
  ['/prefix', null, 'prefix'],
  ['/never?matches', null, 'everything else'],
  ['//exact', null, 'exact'],
  ['/a/../exact', null, 'exact'],
  ['/header', 'one', 'header exact'],
  ['/header', 'ONE', 'header is not'],
  ['/header', 'TWO', 'header exact, any case'],
  ['/header', 'r2', 'header regex'],
  ['/header', 'a need b', 'header contains'],
  ['/header', 'three', 'header is there'],
  ['/header', null, 'header is not'],
  ['/query?q=one', null, 'query exact'],
  ['/query?q=prefix', null, 'query prefix'],
  ['/query?q=aSUF', null, 'query suffix, any case'],
  ['/query?q=aneedb', null, 'query contains'],
  ['/query?q=r1', null, 'query regex'],
  ['/query?q=', null, 'query is there'],
  ['/query', null, 'everything else'],
];
