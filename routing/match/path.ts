import type { PathMatch } from '../graph/graph.ts';
import { regexMatches } from '../graph/regex.ts';

/** Would Envoy take this path for that match? The query string is not part of the path. */
export function pathMatches(match: PathMatch, path: string): boolean {
  switch (match.type) {
    case 'Exact':
      return path === match.value;
    case 'Prefix':
      return path.startsWith(match.value);
    case 'SegmentPrefix':
      return path === match.value || path.startsWith(`${match.value}/`);
    case 'Regex':
      return regexMatches(match.value, path);
  }
}
