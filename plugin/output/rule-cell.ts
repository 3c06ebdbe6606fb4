import type { HeaderMatch, QueryMatch, RouteMatch } from '../../routing/graph/graph.ts';
import { orderReason } from '../../routing/graph/sort.ts';
import { orderWords } from '../../routing/match-words.ts';
import type { RouteItem } from '../../routing/route-item.ts';

type Match = NonNullable<RouteItem['match']>;

/** Why a row stands after the one above it; `-` where they never meet. */
export function ruleCell({ match, order, host, listener }: RouteItem, above: RouteItem | null): string {
  if (match === null || order === null || above === null || above.match === null || above.order === null) return '-';
  if (above.host !== host || above.listener !== listener) return '-';
  // What rows do not show, such as case, is of values too.
  const byValue = match.headers.length > 0 ? 'HeaderValues' : 'QueryValues';
  return orderWords(orderReason(matchOf(above.match), matchOf(match)) ?? byValue, match.path);
}

function matchOf({ path, headers, query }: Match): RouteMatch {
  return { path, headers: headers.map(headerOf), query: query.map(queryOf) };
}

function headerOf({ name, type, value }: Match['headers'][number]): HeaderMatch {
  const invert = type.startsWith('Not');
  const bare = (invert ? type.slice('Not'.length) : type) as HeaderMatch['type'];
  return { name, type: bare, value, invert, ignoreCase: false, treatMissingAsEmpty: false };
}

function queryOf({ name, type, value }: Match['query'][number]): QueryMatch {
  return { name, type: type as QueryMatch['type'], value, ignoreCase: false };
}
