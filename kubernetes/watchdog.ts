import type { ClientRequest } from 'node:http';
import { ConnectionError } from './errors.ts';

/** Ends a request that has gone quiet. A timer of ours, because not every agent of a proxy passes a socket's timeout on. */
export interface Watchdog {
  readonly signal: AbortSignal;
  /** A byte came. */
  feed(): void;
  stop(): void;
  /** What was thrown, as one of our errors where it is the network's. */
  explain(error: unknown): unknown;
}

export function createWatchdog(signal: AbortSignal, idleMs: number): Watchdog {
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

/**
 * Hears of what a request fails by. While it is led through a proxy a request knows nothing of its signal, so that is
 * heard here too.
 *
 * @param proxy its `HOST:PORT`
 */
export function onFailure(
  request: ClientRequest,
  signal: AbortSignal,
  proxy: string | null,
  fail: (error: Error) => void,
): void {
  request.on('error', (error) => fail(proxy === null ? error : onTheWay(error, proxy)));
  const giveUp = (): void => fail(new ConnectionError(givenUp));
  if (signal.aborted) giveUp();
  else signal.addEventListener('abort', giveUp, { once: true });
}

const unreachable: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/** Where it is the proxy's fault, and its agent gives no code, or one that reads as if it were the API server's. */
function onTheWay(error: Error & { readonly code?: unknown }, proxy: string): Error {
  const { code } = error;
  if (typeof code !== 'string' || code === 'ERR_PROXY_TUNNEL')
    return new ConnectionError(`the proxy ${proxy} does not lead to the API server`, { cause: error });
  if (!unreachable.has(code)) return error;
  return new ConnectionError(`the proxy ${proxy} on the way to the API server cannot be reached (${code})`, {
    cause: error,
  });
}

const givenUp = 'the request was given up';
const untrusted = "the API server's certificate is of an authority that is not trusted";

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const sentences: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the API server refuses connections'],
  ['ECONNRESET', 'the connection to the API server was cut'],
  ['ENOTFOUND', "the API server's name is not known"],
  ['CERT_HAS_EXPIRED', "the API server's certificate has expired"],
  ['CERT_NOT_YET_VALID', "the API server's certificate is not valid yet"],
  ['ERR_TLS_CERT_ALTNAME_INVALID', "the API server's certificate is for another name"],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['ABORT_ERR', givenUp],
]);

function sentenceFor(code: string): string {
  return sentences.get(code) ?? `the API server cannot be reached (${code})`;
}
