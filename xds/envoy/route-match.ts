import type { HeaderMatch, PathMatch, QueryMatch, RouteMatch as Match } from '../../routing/graph/graph.ts';
import type {
  HeaderMatcher,
  QueryParameterMatcher,
  RouteMatch,
} from '../proto/generated/envoy/config/route/v3/route_components.ts';
import type { StringMatcher } from '../proto/generated/envoy/type/matcher/v3/string.ts';

/** @param also a matcher that every route of the host carries, or null */
export function emitMatch(match: Match, also: HeaderMatcher | null): RouteMatch {
  const headers = match.headers.map(header);
  return {
    pathSpecifier: path(match.path),
    headers: also === null ? headers : [also, ...headers],
    queryParameters: match.query.map(query),
  };
}

function path({ type, value }: PathMatch): NonNullable<RouteMatch['pathSpecifier']> {
  if (type === 'Exact') return { $case: 'path', value };
  if (type === 'Regex') return { $case: 'safeRegex', value: { regex: value } };
  return type === 'Prefix' ? { $case: 'prefix', value } : segmentPrefix(value);
}

/**
 * Envoy wants no slash at the end, and neither `?` nor `#`. A path has none of them when it is matched, so as
 * a plain prefix such a value matches what it would match otherwise: nothing.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-routematch
 */
function segmentPrefix(value: string): NonNullable<RouteMatch['pathSpecifier']> {
  const trimmed = value.replace(/\/+$/, '');
  if (trimmed === '') return { $case: 'prefix', value: '/' };
  return /[?#]/.test(trimmed) ? { $case: 'prefix', value: trimmed } : { $case: 'pathSeparatedPrefix', value: trimmed };
}

function header({ name, type, value, invert, ignoreCase, treatMissingAsEmpty }: HeaderMatch): HeaderMatcher {
  return {
    name,
    headerMatchSpecifier:
      type === 'Present'
        ? { $case: 'presentMatch', value: true }
        : { $case: 'stringMatch', value: text(type, value, ignoreCase) },
    invertMatch: invert,
    treatMissingHeaderAsEmpty: treatMissingAsEmpty,
  };
}

function query({ name, type, value, ignoreCase }: QueryMatch): QueryParameterMatcher {
  return {
    name,
    queryParameterMatchSpecifier:
      type === 'Present'
        ? { $case: 'presentMatch', value: true }
        : { $case: 'stringMatch', value: text(type, value, ignoreCase) },
  };
}

function text(type: Exclude<QueryMatch['type'], 'Present'>, value: string, ignoreCase: boolean): StringMatcher {
  switch (type) {
    case 'Exact':
      return { matchPattern: { $case: 'exact', value }, ignoreCase };
    case 'Prefix':
      return { matchPattern: { $case: 'prefix', value }, ignoreCase };
    case 'Suffix':
      return { matchPattern: { $case: 'suffix', value }, ignoreCase };
    case 'Contains':
      return { matchPattern: { $case: 'contains', value }, ignoreCase };
    case 'Regex':
      // Envoy does not apply ignore_case to regexes; they say (?i) themselves.
      return { matchPattern: { $case: 'safeRegex', value: { regex: value } } };
  }
}
