/** Who we are cannot be said: kubeconfig, token or certificate. One plain sentence, without a byte of a credential. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}

/** A kubeconfig that names no current context, so that nobody has said which cluster is meant. */
export class NoContext extends AccessError {}

/** No answer, or not the whole of it: refused, reset, timed out, cut. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** An answer that no API server gives: not JSON, another kind, a proxy's page. It is never believed in part. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

/** The API server's refusal. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** `Expired`, `Forbidden`; empty where none is given. */
  readonly reason: string;
  /** How long the server asks us to stay away, in ms; null where it does not. */
  readonly retryAfterMs: number | null;

  constructor(status: number, reason: string, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

export type KubernetesError = AccessError | ConnectionError | BadAnswer | ApiError;

/** The world's faults; anything else that is thrown is a bug of ours. */
export function isKubernetesError(error: unknown): error is KubernetesError {
  return [AccessError, ConnectionError, BadAnswer, ApiError].some((kind) => error instanceof kind);
}

const longestMessage = 300;

/** A `Status` as an answer's body or an ERROR event holds it, whatever it really is. */
export function apiErrorOf(status: number, body: unknown, retryAfterMs: number | null): ApiError {
  const { reason, message, code } = statusOf(body);
  const said = typeof message === 'string' ? message : `the API server answered ${status}`;
  return new ApiError(
    typeof code === 'number' ? code : status,
    typeof reason === 'string' ? reason : '',
    said.replaceAll(/\s+/g, ' ').slice(0, longestMessage),
    retryAfterMs,
  );
}

interface StatusObject {
  readonly kind?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
}

function statusOf(body: unknown): StatusObject {
  const status: StatusObject = typeof body === 'object' && body !== null ? body : {};
  return status.kind === 'Status' ? status : {};
}
