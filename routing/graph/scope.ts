import { compareText } from './compare-text.ts';
import type { Conditions, ConditionFault } from './conditions.ts';
import type { HeaderMatch, PathMatch, QueryMatch, RouteMatch } from './graph.ts';
import { headerConflict } from './header-conditions.ts';
import { queryConflict } from './query-conditions.ts';
import { regexFault } from './regex.ts';

/** What a chain of includes has narrowed a request to. */
export interface Scope {
  /** String prefix, empty at the root. */
  readonly prefix: string;
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly QueryMatch[];
}

export const wholeHost: Scope = { prefix: '', headers: [], query: [] };

/** Narrows a scope by the conditions of an include. */
export function narrow(scope: Scope, conditions: Conditions): Scope | ConditionFault {
  if (conditions.path !== null && conditions.path.type !== 'Prefix') {
    return {
      about: 'Path',
      message: `an include is narrowed by a prefix, not by ${conditions.path.type.toLowerCase()}`,
    };
  }
  const headers = [...scope.headers, ...conditions.headers];
  const query = [...scope.query, ...conditions.query];
  return (
    headerConflict(headers) ??
    queryConflict(query) ?? { prefix: joinPaths(scope.prefix, conditions.path?.value ?? ''), headers, query }
  );
}

/** Everything in a scope, as a match. */
export function scopeMatch({ prefix, headers, query }: Scope): RouteMatch {
  return { path: pathIn(prefix, null), headers: sorted(headers), query: sorted(query) };
}

/** The match of a route in a scope. Lists are sorted, so that equal matches are equal. */
export function matchIn(scope: Scope, conditions: Conditions, maxRegexSize: number): RouteMatch | ConditionFault {
  const headers = [...scope.headers, ...conditions.headers];
  const query = [...scope.query, ...conditions.query];
  const path = pathIn(scope.prefix, conditions.path);
  const unfit = path.type === 'Regex' ? regexFault(path.value, maxRegexSize) : null;
  if (unfit !== null) return { about: 'Path', message: `the regex "${path.value}" ${unfit}` };
  return headerConflict(headers) ?? queryConflict(query) ?? { path, headers: sorted(headers), query: sorted(query) };
}

function pathIn(prefix: string, path: PathMatch | null): PathMatch {
  if (path === null) return { type: 'Prefix', value: prefix === '' ? '/' : prefix };
  if (path.type !== 'Regex') return { type: path.type, value: joinPaths(prefix, path.value) };
  const above = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return { type: 'Regex', value: quoteRegex(above) + path.value };
}

/** Path pieces are put one behind the other; slashes that meet become one. */
function joinPaths(left: string, right: string): string {
  return (left + right).replace(/\/{2,}/g, '/');
}

/** A prefix is text, also in front of a child's regex. */
function quoteRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

function sorted<M extends HeaderMatch | QueryMatch>(matches: readonly M[]): readonly M[] {
  return matches.length < 2
    ? matches
    : [...matches].sort((left, right) => compareText(matchText(left), matchText(right)));
}

/** A match as one text: equal texts, equal matches. */
function matchText(match: HeaderMatch | QueryMatch): string {
  const { name, type, value, ignoreCase } = match;
  const inverted = 'invert' in match && match.invert;
  const missingIsEmpty = 'treatMissingAsEmpty' in match && match.treatMissingAsEmpty;
  return JSON.stringify([name, type, value, ignoreCase, inverted, missingIsEmpty]);
}

/** The identity of a match inside a host: a host has one route a key. */
export function matchKey(match: RouteMatch): string {
  const { path, headers, query } = match;
  return JSON.stringify([path.type, path.value, headers.map(matchText), query.map(matchText)]);
}
