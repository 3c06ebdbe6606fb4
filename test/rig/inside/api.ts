import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { apiUrl } from '../place.ts';

/** The API server as its administrator sees it. */
export interface Api {
  /** The answer's JSON. Rejects with a Refusal where the status is not of 2xx. */
  get(path: string): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
  /** By strategic merge, as a kubelet writes. */
  patch(path: string, body: object): Promise<unknown>;
  delete(path: string, body: object): Promise<unknown>;
  /** Lines of JSON until the server ends the watch, or `signal` does. */
  lines(path: string, signal?: AbortSignal): AsyncIterable<unknown>;
}

/** An answer that is not of 2xx. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function createApi(kubeconfig: string, authority: string): Api {
  const { users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as { users: [{ user: { token: string } }] };
  const authorization = `Bearer ${users[0].user.token}`;
  const ca = readFileSync(authority);
  const agent = new https.Agent({ keepAlive: true });
  const send = (method: string, path: string, body?: object, signal?: AbortSignal) =>
    new Promise<IncomingMessage>((done, fail) => {
      const type = method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
      const text = body === undefined ? '' : JSON.stringify(body);
      // Of a DELETE with a body Node would not say how long that is.
      const headers = { authorization, 'content-type': type, 'content-length': Buffer.byteLength(text) };
      const request = https.request(`${apiUrl}${path}`, { method, headers, ca, agent, signal }, done);
      request.once('error', fail);
      request.end(text);
    });
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await send(method, path, body);
    const answer = await text(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299)
      throw new Refusal(status, `${method} ${path} was answered with ${status}: ${answer}`);
    return response.headers['content-type'] === 'application/json' ? JSON.parse(answer) : answer;
  };
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    patch: (path, body) => ask('PATCH', path, body),
    delete: (path, body) => ask('DELETE', path, body),
    async *lines(path, signal) {
      let rest = '';
      for await (const chunk of await send('GET', path, undefined, signal)) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield JSON.parse(line);
      }
    },
  };
}
