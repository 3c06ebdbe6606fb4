import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Access } from './access.ts';
import { apiErrorOf, BadAnswer, ConnectionError } from './errors.ts';

export type Query = Readonly<Record<string, string>>;

export interface RequestOptions {
  readonly query?: Query;
  /** application/json where it is left out. */
  readonly accept?: string;
  /** Without a byte for this long, in ms, the request has failed. */
  readonly idleMs?: number;
  readonly signal: AbortSignal;
}

/** The API server, read. Rejects with a KubernetesError, and with nothing else where `signal` is aborted. */
export interface KubernetesClient {
  /** The JSON of an answer of 2xx. */
  get(path: string, options: RequestOptions): Promise<unknown>;
  /**
   * Whole lines, as many at a time as arrived together; the first, of none, says that the server has answered. Ends
   * where the server ends the stream at the end of a line.
   */
  lines(path: string, options: RequestOptions): AsyncGenerator<readonly string[], void, void>;
}

export interface ClientOptions {
  readonly access: Access;
  /** `contour/1.2.3 (linux/x64)` */
  readonly userAgent: string;
}

const defaultIdleMs = 30_000;
const longestAnswer = 256 * 1024 * 1024;
const longestRefusal = 64 * 1024;
const longestLine = 32 * 1024 * 1024;

export function createClient(options: ClientOptions): KubernetesClient {
  return {
    get: (path, request) => exchange(options, path, request, jsonOf),
    async *lines(path, request) {
      const watchdog = createWatchdog(request);
      try {
        for await (const lines of linesOf(await open(options, path, request, watchdog), watchdog)) yield lines;
      } catch (error) {
        throw watchdog.explain(error);
      } finally {
        watchdog.stop();
      }
    },
  };
}

async function exchange<T>(
  options: ClientOptions,
  path: string,
  request: RequestOptions,
  read: (response: IncomingMessage, watchdog: Watchdog) => Promise<T>,
): Promise<T> {
  const watchdog = createWatchdog(request);
  try {
    return await read(await open(options, path, request, watchdog), watchdog);
  } catch (error) {
    throw watchdog.explain(error);
  } finally {
    watchdog.stop();
  }
}

/** Ends a request that has gone quiet. A timer of ours, because not every agent of a proxy passes a socket's timeout on. */
interface Watchdog {
  readonly signal: AbortSignal;
  /** A byte came. */
  feed(): void;
  stop(): void;
  /** What was thrown, as one of our errors where it is the network's. */
  explain(error: unknown): unknown;
}

function createWatchdog({ idleMs = defaultIdleMs, signal }: RequestOptions): Watchdog {
  const quiet = new AbortController();
  const timer = setTimeout(() => quiet.abort(), idleMs);
  return {
    signal: AbortSignal.any([signal, quiet.signal]),
    feed: () => void timer.refresh(),
    stop: () => clearTimeout(timer),
    explain(error) {
      if (quiet.signal.aborted) return new ConnectionError(`the API server sent nothing for ${idleMs / 1000} s`);
      const { code } = error as { readonly code?: unknown };
      return typeof code === 'string' ? new ConnectionError(sentenceFor(code), { cause: error }) : error;
    },
  };
}

const sentences: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the API server refuses connections'],
  ['ECONNRESET', 'the connection to the API server was cut'],
  ['ENOTFOUND', "the API server's name is not known"],
  ['CERT_HAS_EXPIRED', "the API server's certificate has expired"],
  ['ABORT_ERR', 'the request was given up'],
]);

function sentenceFor(code: string): string {
  return sentences.get(code) ?? `the API server cannot be reached (${code})`;
}

async function open(
  { access, userAgent }: ClientOptions,
  path: string,
  { query = {}, accept = 'application/json' }: RequestOptions,
  watchdog: Watchdog,
): Promise<IncomingMessage> {
  const options = await access.requestOptions();
  const url = new URL(access.server + path);
  url.search = new URLSearchParams(query).toString();
  const headers = { ...options.headers, accept, 'user-agent': userAgent };
  const { request } = url.protocol === 'http:' ? http : https;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { ...options, headers, signal: watchdog.signal })
      .once('response', resolve)
      .on('error', reject)
      .end();
  });
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode <= 299) return response;
  if (statusCode === 401) access.renew();
  throw apiErrorOf(statusCode, await refusalOf(response), retryAfterOf(response));
}

/** Seconds, as the API server writes it. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterOf({ headers }: IncomingMessage): number | null {
  const seconds = headers['retry-after'] ?? '';
  return /^[0-9]{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

async function refusalOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestRefusal) break;
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return null;
  }
}

async function jsonOf(response: IncomingMessage, watchdog: Watchdog): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    watchdog.feed();
    chunks.push(chunk);
    length += chunk.length;
    if (length > longestAnswer) throw new BadAnswer('the answer is larger than any list should be');
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new BadAnswer('the answer is not JSON');
  }
}

async function* linesOf(response: IncomingMessage, watchdog: Watchdog): AsyncGenerator<readonly string[], void, void> {
  yield [];
  let rest = '';
  // A character that is cut in two is whole again in the next chunk.
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    watchdog.feed();
    const last = chunk.lastIndexOf('\n');
    if (last >= 0) yield (rest + chunk.slice(0, last)).split('\n');
    rest = last >= 0 ? chunk.slice(last + 1) : rest + chunk;
    if (rest.length > longestLine) throw new BadAnswer('a line of the stream has no end');
  }
  if (rest !== '') throw new ConnectionError('the stream was cut in the middle of a line');
}
