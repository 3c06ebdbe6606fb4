import http, { type ClientRequestArgs, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isKubernetesError } from '../../kubernetes/errors.ts';

/** Where to ask. */
export interface Endpoint {
  readonly url: URL;
  /** How people call it: its URL, `contour/contour-7f-x`. */
  readonly name: string;
  /** Makes the connection, where it is not the system's to make. */
  readonly dial: ((signal: AbortSignal) => Promise<Duplex>) | null;
}

/** No answer, or not the one that was asked for. `message` goes on after "the endpoint …". */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** That of the answer; null without one. */
  readonly status: number | null;

  constructor(message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options);
    this.status = options.status ?? null;
  }
}

/** Counts characters that are kept. Throws HttpFailure where they are too many. */
export type Budget = (characters: number) => void;

/** For so many characters in all answers that share it. */
export function createBudget(most: number): Budget {
  let left = most;
  return (characters) => {
    left -= characters;
    if (left < 0) throw new HttpFailure(`answered with more than ${most} characters`);
  };
}

/** The whole body of a 200. Rejects with HttpFailure. */
export async function readBody(endpoint: Endpoint, url: URL, signal: AbortSignal, spend?: Budget): Promise<string> {
  const pieces: string[] = [];
  await readText(endpoint, url, signal, (text) => {
    spend?.(text.length);
    pieces.push(text);
  });
  return pieces.join('');
}

/** Each line of a 200 as it comes; resolves when the body ends. Rejects with HttpFailure, or with what `hear` throws. */
export async function readLines(
  endpoint: Endpoint,
  url: URL,
  signal: AbortSignal,
  hear: (line: string) => void,
): Promise<void> {
  let pieces: string[] = [];
  await readText(endpoint, url, signal, (text) => {
    const [first = '', ...others] = text.split('\n');
    pieces.push(first);
    for (const next of others) {
      const line = pieces.join('');
      if (line !== '') hear(line);
      pieces = [next];
    }
  });
}

async function readText(
  endpoint: Endpoint,
  url: URL,
  signal: AbortSignal,
  hear: (text: string) => void,
): Promise<void> {
  const response = await open(endpoint, url, signal);
  response.setEncoding('utf8');
  const heard: unknown[] = [];
  try {
    for await (const text of response) {
      try {
        hear(text as string);
      } catch (error) {
        heard.push(error);
        throw error;
      }
    }
  } catch (error) {
    throw heard.length > 0 ? error : failureOf(error);
  } finally {
    // The other side of a port-forward may stay for as long as we do.
    response.socket.destroy();
  }
}

async function open({ dial }: Endpoint, url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  // A connection of its own, so that nothing keeps the process alive afterwards.
  const connection = dial === null ? { agent: false } : { createConnection: await connected(dial, signal) };
  const options: ClientRequestArgs = { ...connection, signal, headers: { accept: 'application/json' } };
  const get = url.protocol === 'https:' ? (await import('node:https')).get : http.get;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, options, resolve).on('error', (error) => reject(failureOf(error)));
  });
  if (response.statusCode === 200) return response;
  response.destroy();
  const { statusCode: status = 0 } = response;
  const why = status === 503 ? ': it may still be starting' : '';
  throw new HttpFailure(`answered with status ${status}${why}`, { status });
}

async function connected(
  dial: NonNullable<Endpoint['dial']>,
  signal: AbortSignal,
): Promise<NonNullable<ClientRequestArgs['createConnection']>> {
  try {
    const stream = await dial(signal);
    return () => stream;
  } catch (error) {
    if (!isKubernetesError(error)) throw failureOf(error);
    throw new HttpFailure(`cannot be reached through the API server: ${error.message}`, { cause: error });
  }
}

function failureOf(error: unknown): HttpFailure {
  if (error instanceof HttpFailure) return error;
  if (isKubernetesError(error)) return new HttpFailure(`could not be reached (${error.message})`, { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ABORT_ERR') return new HttpFailure('did not answer in time', { cause: error });
  if (code === 'ECONNREFUSED') return new HttpFailure('refused the connection', { cause: error });
  return new HttpFailure(`could not be reached (${code === '' ? String(error) : code})`, { cause: error });
}
