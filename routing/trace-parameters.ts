import type { TraceQuery } from './trace-item.ts';
import { readRequest, type WrittenRequest } from './trace-request.ts';

/** What `trace` is asked, as people wrote it. */
export interface WrittenTrace extends WrittenRequest {
  readonly all: boolean;
  readonly seed: number | null;
}

/** Names and values, as a URL's query has them. */
export interface Parameters {
  get(name: string): string | null;
  getAll(name: string): readonly string[];
}

/** The parameters of /debug/trace that ask for this. */
export function traceParameters({
  method,
  url,
  headers,
  sni,
  sourceIp,
  all,
  seed,
}: WrittenTrace): readonly (readonly [string, string])[] {
  const optional = [
    ['method', method],
    ['sni', sni],
    ['source-ip', sourceIp],
    ['all', all ? 'true' : null],
    ['seed', seed === null ? null : String(seed)],
  ] as const;
  return [
    ['url', url],
    ...headers.map((header) => ['header', header] as const),
    ...optional.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  ];
}

/** What the parameters ask, or what is wrong with them: a sentence without a period. */
export function readTraceParameters(parameters: Parameters): TraceQuery | string {
  const text = (name: string): string | null => parameters.get(name) || null;
  const url = text('url');
  if (url === null) return 'say what to trace: ?url=http://HOST/PATH';
  const seed = text('seed');
  if (seed !== null && !isSeed(seed)) return 'the seed is a whole number from 0 to 4294967295';
  const written = {
    method: text('method'),
    url,
    headers: parameters.getAll('header'),
    sni: text('sni'),
    sourceIp: text('source-ip'),
  };
  const request = readRequest(written);
  if (typeof request === 'string') return request;
  const all = text('all');
  return { request, all: all !== null && all !== 'false' && all !== '0', seed: seed === null ? null : Number(seed) };
}

export function isSeed(text: string): boolean {
  return /^[0-9]{1,10}$/.test(text) && Number(text) <= 0xffff_ffff;
}
