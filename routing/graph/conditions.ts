import type { MatchCondition } from '../objects/generated/http-proxy.ts';
import type { HeaderMatch, PathMatch, QueryMatch } from './graph.ts';
import { headerMatches } from './header-conditions.ts';
import { queryMatches } from './query-conditions.ts';

/** What one `conditions` list says, before it is merged with what stands above it. */
export interface Conditions {
  /** Null where the list names no path. */
  readonly path: PathMatch | null;
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly QueryMatch[];
}

export type ConditionFault = {
  readonly about: 'Path' | 'Header' | 'Query';
  readonly message: string;
};

/** Reads a `conditions` list. The order of its items means nothing. */
export function readConditions(
  conditions: readonly MatchCondition[],
  maxRegexSize: number,
): Conditions | ConditionFault {
  const path = readPath(conditions);
  if (path !== null && 'about' in path) return path;
  const headers = headerMatches(conditions, maxRegexSize);
  if (!Array.isArray(headers)) return headers as ConditionFault;
  const query = queryMatches(conditions, maxRegexSize);
  if (!Array.isArray(query)) return query as ConditionFault;
  return { path, headers, query };
}

function readPath(conditions: readonly MatchCondition[]): PathMatch | ConditionFault | null {
  const found = conditions.flatMap(pathsOf);
  const [path] = found;
  if (path === undefined) return null;
  if (found.length > 1) return { about: 'Path', message: 'more than one prefix, exact or regex condition is given' };
  if (!path.value.startsWith('/')) {
    return {
      about: 'Path',
      message: `the ${path.type.toLowerCase()} condition "${path.value}" must start with a slash`,
    };
  }
  return path;
}

function pathsOf(condition: MatchCondition): readonly PathMatch[] {
  const paths: PathMatch[] = [];
  if (condition.prefix !== undefined && condition.prefix !== '')
    paths.push({ type: 'Prefix', value: condition.prefix });
  if (condition.exact !== undefined && condition.exact !== '') paths.push({ type: 'Exact', value: condition.exact });
  if (condition.regex !== undefined && condition.regex !== '') paths.push({ type: 'Regex', value: condition.regex });
  return paths;
}
