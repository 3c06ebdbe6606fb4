import type { HeaderMatch, QueryMatch } from '../graph/graph.ts';
import { regexMatches } from '../graph/regex.ts';
import { lowerAscii } from './authority.ts';

/** A condition that a request does not meet. */
export type Mismatch =
  | { readonly about: 'path' }
  /** `actual` holds each value that the request has. */
  | { readonly about: 'header'; readonly wanted: HeaderMatch; readonly actual: readonly string[] }
  /** `actual` is null where the request has no such parameter. */
  | { readonly about: 'query'; readonly wanted: QueryMatch; readonly actual: string | null };

/**
 * Do the values of a header meet the condition? One of them is enough, and with an inverted condition one is too much.
 * A header that is missing meets no condition, not even an inverted one, unless it counts as empty; but `Present` asks
 * for just that. Envoy before 1.39 compares the values joined by commas instead.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-headermatcher
 */
export function headerMatches(wanted: HeaderMatch, actual: readonly string[]): boolean {
  const values = actual.length === 0 && wanted.treatMissingAsEmpty ? [''] : actual;
  if (wanted.type === 'Present') return values.length > 0 !== wanted.invert;
  return values.length > 0 && values.some((value) => textMatches(wanted, value)) !== wanted.invert;
}

export function queryMatches(wanted: QueryMatch, actual: string | null): boolean {
  return actual !== null && (wanted.type === 'Present' || textMatches(wanted, actual));
}

function textMatches({ type, value, ignoreCase }: HeaderMatch | QueryMatch, text: string): boolean {
  // Envoy knows no regex that ignores case; those say (?i) themselves.
  if (type === 'Regex') return regexMatches(value, text);
  const [wanted, actual] = ignoreCase ? [lowerAscii(value), lowerAscii(text)] : [value, text];
  switch (type) {
    case 'Exact':
      return actual === wanted;
    case 'Prefix':
      return actual.startsWith(wanted);
    case 'Suffix':
      return actual.endsWith(wanted);
    case 'Contains':
      return actual.includes(wanted);
    case 'Present':
      return true;
  }
}
