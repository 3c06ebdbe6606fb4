import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codeOf, Fault, messageOf } from '../fault.ts';
import { refusal, type Answer, type Page } from './answer.ts';
import { writeAnswer } from './write-answer.ts';

export interface DebugServer {
  /** Port it listens on. */
  readonly port: number;
  close(): Promise<void>;
}

export interface DebugServerOptions {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly pages: readonly Page[];
  /** Others than this machine may ask, by whatever name: for pages that tell nothing. */
  readonly isPublic?: boolean;
}

const maximum = { report: 2, lines: 16 } as const;
/** A client that reads nothing for this long gives its place to another. */
const stalledMs = 30_000;

/** A name that a web page can make resolve to this machine is never one of these. https://en.wikipedia.org/wiki/DNS_rebinding */
function isOurName(host: string | undefined, address: string): boolean {
  const name = (host ?? '').replace(/:[0-9]*$/, '').toLowerCase();
  const own = address.includes(':') ? `[${address}]` : address;
  return ['localhost', '127.0.0.1', '[::1]', own].includes(name);
}

/** The page whose path is the request's, or begins it up to a slash. */
function findPage(pages: readonly Page[], path: string): { readonly page: Page; readonly rest: string } | null {
  const fits = pages.filter((page) => path === page.path || (page.path.length > 1 && path.startsWith(`${page.path}/`)));
  const [page] = fits.sort((left, right) => right.path.length - left.path.length);
  if (page === undefined) return null;
  return { page, rest: path.slice(page.path.length + 1) };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function answerTo(request: IncomingMessage, options: DebugServerOptions, signal: AbortSignal): Answer {
  const { pages, address, isPublic = false } = options;
  if (!isPublic && !isOurName(request.headers.host, address))
    return refusal(403, 'this endpoint answers to localhost only');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refusal(405, 'this endpoint is read-only: use GET', { allow: 'GET, HEAD' });
  const [target = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const path = decoded(target);
  const found = path === null ? null : findPage(pages, path);
  if (found === null)
    return refusal(404, isPublic ? 'there is no such page' : 'there is no such page; /debug/ lists them');
  return found.page.answer({ rest: found.rest, query: new URLSearchParams(search), signal });
}

/** Bounds how many large answers are written at once, so that reading cannot slow down serving. */
function createTurnstile() {
  const busy = { report: 0, lines: 0 };
  return async (answer: Answer, write: (answer: Answer) => Promise<void>): Promise<void> => {
    if (answer.type !== 'report' && answer.type !== 'lines') return write(answer);
    if (busy[answer.type] >= maximum[answer.type])
      return write(refusal(429, 'too many large answers at once: try again'));
    busy[answer.type] += 1;
    try {
      await write(answer);
    } finally {
      busy[answer.type] -= 1;
    }
  };
}

/** The debug endpoint: read-only JSON for people and for the plugin; or that of probes. Throws a Fault where it cannot listen. */
export async function startDebugServer(options: DebugServerOptions): Promise<DebugServer> {
  const closing = new AbortController();
  const turnstile = createTurnstile();
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.setTimeout(stalledMs, () => request.url?.includes('watch=') || response.destroy());
    const answer = answerTo(request, options, AbortSignal.any([gone.signal, closing.signal]));
    await turnstile(answer, (allowed) => writeAnswer(allowed, response, request.method !== 'HEAD'));
  }
  const server = createServer((request, response) => {
    request.on('error', () => {});
    void serve(request, response);
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { address, port, isPublic = false }: DebugServerOptions): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      const why = codeOf(error) === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${messageOf(error)})`;
      fail(new Fault(`port ${port} (${isPublic ? 'health' : 'debug'}) ${why} on ${address}: choose another`));
    });
    server.listen({ host: address, port }, done);
  });
}
