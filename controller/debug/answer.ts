const reportApiVersion = 'cli.kubectl-contour.io/v1';

interface DocumentAnswer {
  readonly type: 'document';
  readonly status: number;
  readonly body: object;
  /** Beside those of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What one request of the debug endpoint is answered. */
export type Answer =
  | { readonly type: 'text'; readonly status: number; readonly body: string }
  | DocumentAnswer
  /** `head` with an `items` array behind it, written piece by piece: these may be large and are bounded in number. */
  | { readonly type: 'report'; readonly head: object; readonly items: Iterable<object> }
  /** One JSON document a line, until the client leaves. */
  | { readonly type: 'lines'; readonly lines: AsyncIterable<object> };

export interface Question {
  /** Decoded, what follows the page's own path; empty for the page itself. */
  readonly rest: string;
  readonly query: URLSearchParams;
  /** Aborted when the client has gone or the endpoint closes. */
  readonly signal: AbortSignal;
}

export interface Page {
  readonly path: string;
  readonly help: string;
  readonly answer: (question: Question) => Answer;
}

/** First fields of every document. */
export function headOf(kind: string): { readonly apiVersion: string; readonly kind: string } {
  return { apiVersion: reportApiVersion, kind };
}

export function refusal(status: number, message: string, headers: DocumentAnswer['headers'] = {}): Answer {
  return { type: 'document', status, body: { ...headOf('Error'), status, message }, headers };
}
