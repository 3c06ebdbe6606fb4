import { type Request, type RequestHeader, valuesOf } from './request.ts';

/**
 * The values under which Envoy looks for a header when it chooses a route: most headers keep theirs apart, a few are
 * one value with commas, and some Envoy writes or takes away itself, as the first proxy behind the client.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/header_sanitizing
 *
 * @param name lower case, as conditions have it
 * @param target the path in order, with its query
 */
export function headerValues(request: Request, target: string, name: string): readonly string[] {
  switch (name) {
    case ':method':
      return [request.method];
    case ':path':
      return [target];
    case ':scheme':
    case 'x-forwarded-proto':
      return [request.scheme];
    case ':authority':
    case 'host':
      return [request.authority];
    case 'x-forwarded-for':
      return forwardedFor(request);
    case 'x-request-id':
      return joined(request.headers, name) ?? [madeByEnvoy];
    case 'te':
      return valuesOf(request.headers, name).filter((value) => value === '' || value === 'trailers');
    default:
      return isTakenAway(name) ? [] : given(request.headers, name);
  }
}

/** Stands for an identifier that nobody can know before. */
const madeByEnvoy = '';

function forwardedFor({ headers, sourceIp }: Request): readonly string[] {
  const before = joined(headers, 'x-forwarded-for');
  if (sourceIp === null) return before ?? [];
  return [...(before ?? []).filter((value) => value !== ''), sourceIp].length === 1
    ? [sourceIp]
    : [`${before?.[0]},${sourceIp}`];
}

function given(headers: readonly RequestHeader[], name: string): readonly string[] {
  return joinedNames.has(name) ? (joined(headers, name) ?? []) : valuesOf(headers, name);
}

/** As one value; null where the request has none. */
function joined(headers: readonly RequestHeader[], name: string): readonly [string] | null {
  const values = valuesOf(headers, name);
  return values.length === 0 ? null : [values.filter((value) => value !== '').join(',')];
}

function isTakenAway(name: string): boolean {
  return name === 'x-forwarded-client-cert' || name.startsWith('x-envoy-');
}

/** Headers for which Envoy keeps one place each. */
const joinedNames: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'authorization',
  'cache-control',
  'content-type',
  'expect',
  'grpc-accept-encoding',
  'grpc-timeout',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'origin',
  'pragma',
  'referer',
  'user-agent',
  'via',
  'x-client-trace-id',
  'x-forwarded-host',
  'x-forwarded-port',
]);
