import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Access } from './access.ts';
import { bodyOf, refusalOf, retryAfterOf, warningsOf } from './answer.ts';
import { apiErrorOf, BadAnswer, ConnectionError } from './errors.ts';
import { createWatchdog, onFailure, type Watchdog } from './watchdog.ts';

export type Query = Readonly<Record<string, string>>;

export interface RequestOptions {
  readonly query?: Query;
  /** application/json where it is left out. */
  readonly accept?: string;
  /** Without a byte for this long, in ms, the request has failed. */
  readonly idleMs?: number;
  readonly signal: AbortSignal;
}

/** What is written, and in which form it is meant. */
export interface WriteOptions extends RequestOptions {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON; nothing is where it is left out. */
  readonly body?: unknown;
  /**
   * `application/json` where it is left out. A PATCH says its kind here.
   * https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
   */
  readonly contentType?: string;
}

/** The API server. Rejects with a KubernetesError, and with nothing else where `signal` is aborted. */
export interface KubernetesClient {
  /** How many objects a list has at most, 0 for all of them; left out where nobody said. */
  readonly pageSize?: number;
  /** The JSON of an answer of 2xx. */
  get(path: string, options: RequestOptions): Promise<unknown>;
  /** The JSON of an answer of 2xx. Nothing is tried twice here: only the caller knows whether that does harm. */
  write(path: string, options: WriteOptions): Promise<unknown>;
  /**
   * Whole lines, as many at a time as arrived together; the first, of none, says that the server has answered. Ends
   * where the server ends the stream at the end of a line.
   */
  lines(path: string, options: RequestOptions): AsyncGenerator<readonly string[], void, void>;
}

export interface ClientOptions extends Pick<KubernetesClient, 'pageSize'> {
  readonly access: Access;
  /** `contour/1.2.3 (linux/x64)` */
  readonly userAgent: string;
  /** Hears what the server has to say beside an answer, as one plain sentence. https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
  readonly onWarning?: (text: string) => void;
  /** Hears of each request once it is answered. */
  readonly onAnswer?: (answered: Answered) => void;
  /** Whether large answers may come compressed. */
  readonly compression?: boolean;
  /** How long one request may take, in ms, but for those that are `lines`; for ever where it is left out. */
  readonly timeoutMs?: number;
}

export interface Answered {
  readonly method: string;
  readonly url: URL;
  readonly status: number;
  readonly ms: number;
}

const defaultIdleMs = 30_000;
const longestAnswer = 256 * 1024 * 1024;
const longestLine = 32 * 1024 * 1024;

export function createClient(options: ClientOptions): KubernetesClient {
  return {
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
    get: (path, request) => exchange(options, path, request, jsonOf),
    write: (path, request) => exchange(options, path, request, jsonOf),
    async *lines(path, request) {
      const watchdog = createWatchdog(request.signal, request.idleMs ?? defaultIdleMs);
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
  request: RequestOptions | WriteOptions,
  read: (response: IncomingMessage, watchdog: Watchdog) => Promise<T>,
): Promise<T> {
  const { timeoutMs } = options;
  const signal = timeoutMs === undefined ? null : AbortSignal.timeout(timeoutMs);
  const ended = signal === null ? request.signal : AbortSignal.any([request.signal, signal]);
  const watchdog = createWatchdog(ended, request.idleMs ?? defaultIdleMs);
  try {
    return await read(await open(options, path, request, watchdog), watchdog);
  } catch (error) {
    if (signal?.aborted) throw new ConnectionError(`the API server did not answer within ${(timeoutMs ?? 0) / 1000} s`);
    throw watchdog.explain(error);
  } finally {
    watchdog.stop();
  }
}

async function open(
  { access, userAgent, onWarning, onAnswer, compression = false }: ClientOptions,
  path: string,
  asked: RequestOptions | WriteOptions,
  watchdog: Watchdog,
): Promise<IncomingMessage> {
  const options = await access.requestOptions();
  const url = new URL(access.server + path);
  url.search = new URLSearchParams(asked.query ?? {}).toString();
  const { method, body, type } = written(asked);
  const own = { accept: asked.accept ?? 'application/json', 'user-agent': userAgent };
  const headers = { ...options.headers, ...type, ...own, ...(compression ? { 'accept-encoding': 'gzip' } : {}) };
  const started = performance.now();
  const { request } = url.protocol === 'http:' ? http : https;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, { ...options, method, headers, signal: watchdog.signal });
    onFailure(sent, watchdog.signal, access.proxy, reject);
    sent.once('response', resolve).end(body);
  });
  for (const text of warningsOf(response)) onWarning?.(text);
  const { statusCode = 0 } = response;
  onAnswer?.({ method, url, status: statusCode, ms: performance.now() - started });
  if (statusCode >= 200 && statusCode <= 299) return response;
  if (statusCode === 401) access.renew();
  throw apiErrorOf(statusCode, await refusalOf(response), retryAfterOf(response));
}

interface Written {
  readonly method: string;
  readonly body: string | undefined;
  readonly type: Readonly<Record<string, string>>;
}

function written(asked: RequestOptions | WriteOptions): Written {
  if (!('method' in asked)) return { method: 'GET', body: undefined, type: {} };
  const { method, body, contentType = 'application/json' } = asked;
  if (body === undefined) return { method, body, type: {} };
  return { method, body: goJson(body), type: { 'content-type': contentType } };
}

/**
 * As Go's encoding/json writes it (https://pkg.go.dev/encoding/json#HTMLEscape): the API server compares what a JSON
 * Patch tests with what is stored as text.
 */
function goJson(body: unknown): string {
  return JSON.stringify(body).replaceAll(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

async function jsonOf(response: IncomingMessage, watchdog: Watchdog): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bodyOf(response) as AsyncIterable<Buffer>) {
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
  for await (const chunk of bodyOf(response).setEncoding('utf8') as AsyncIterable<string>) {
    watchdog.feed();
    const last = chunk.lastIndexOf('\n');
    if (last >= 0) yield (rest + chunk.slice(0, last)).split('\n');
    rest = last >= 0 ? chunk.slice(last + 1) : rest + chunk;
    if (rest.length > longestLine) throw new BadAnswer('a line of the stream has no end');
  }
  if (rest !== '') throw new ConnectionError('the stream was cut in the middle of a line');
}
