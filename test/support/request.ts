import http from 'node:http';
import https from 'node:https';
import type { ContourDev } from './contour-dev.ts';

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  /** `namespace/service` as the echo says, or null where no echo answered. */
  readonly service: string | null;
  /** The path as the backend saw it, or null. */
  readonly path: string | null;
}

export interface Question {
  /** As a person would write it; the ports of the running one are used instead. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks a running `contour dev` what a client would ask. */
export function ask(dev: ContourDev, question: Question, agent?: http.Agent): Promise<Answer> {
  const url = new URL(question.url);
  const secure = url.protocol === 'https:';
  const options = {
    host: '127.0.0.1',
    port: secure ? dev.httpsPort : dev.httpPort,
    path: url.pathname + url.search,
    headers: { ...question.headers, host: url.host },
    timeout: 10_000,
    ...(secure ? { servername: url.hostname, rejectUnauthorized: false } : { agent }),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get(options, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve(read(response, body)));
    });
    request.on('timeout', () => request.destroy(new Error(`no answer from ${question.url}`)));
    request.on('error', reject);
  });
}

/** What of the echo's answer is looked at. */
interface Echoed {
  readonly namespace: string;
  readonly service: string;
  readonly path: string;
}

function read(response: http.IncomingMessage, body: string): Answer {
  const isEcho = response.headers['content-type']?.startsWith('application/json') === true;
  const echoed = isEcho ? (JSON.parse(body) as Echoed) : null;
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location ?? null,
    service: echoed === null ? null : `${echoed.namespace}/${echoed.service}`,
    path: echoed === null ? null : echoed.path,
  };
}
