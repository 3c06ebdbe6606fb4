import { normalizePath } from './normalize-path.ts';
import { isUpgrade, type Request } from './request.ts';
import { headerValues } from './request-headers.ts';

/** What routes are chosen by: a request as Envoy sees it once it has put it in order. */
export interface Facts {
  /** Without its query. */
  readonly path: string;
  /** The path with its query, which is also what a redirect leads to. */
  readonly target: string;
  /** Each value of a name; none where the request has no such header. */
  header(name: string): readonly string[];
  /** The first value of a parameter as it is written, escapes and all; null where there is none. */
  query(name: string): string | null;
  readonly upgrade: boolean;
}

/** Null where Envoy answers 400 to a path like this one. */
export function factsOf(request: Request): Facts | null {
  const target = normalizePath(request.path);
  if (target === null) return null;
  const end = target.indexOf('?');
  const parameters = parametersOf(end < 0 ? '' : target.slice(end + 1));
  return {
    path: end < 0 ? target : target.slice(0, end),
    target,
    header: (name) => headerValues(request, target, name),
    query: (name) => parameters.get(name) ?? null,
    upgrade: isUpgrade(request),
  };
}

/** By the first value of each name: the others decide nothing. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    if (!found.has(name)) found.set(name, equals < 0 ? '' : part.slice(equals + 1));
  }
  return found;
}
