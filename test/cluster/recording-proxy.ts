import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openAccess } from '../../kubernetes/kube-config.ts';

export interface Seen {
  readonly method: string;
  readonly path: string;
  /** Monotonic, in ms. */
  readonly at: number;
}

/** An API server in plain text in front of the real one, for one client, whose requests it writes down. */
export interface RecordingProxy {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Breaks off what is open, and answers nobody until it is set back. */
  cut(isCut: boolean): void;
  close(): Promise<void>;
}

/** Goes to the real server as who the kubeconfig says. `interrupt` hears of each request before it is passed on, and after. */
export async function startRecordingProxy(
  kubeconfig: string,
  interrupt: (request: Seen, when: 'before' | 'after') => void = () => {},
): Promise<RecordingProxy> {
  const ports = { env: {}, now: () => performance.now(), date: () => new Date() };
  const access = openAccess({ type: 'kubeconfig', files: [kubeconfig] }, ports);
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  let isCut = false;

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<IncomingMessage> {
    const options = await access.requestOptions();
    const { host: _, ...headers } = request.headers;
    const outgoing = https.request(new URL(access.server + (request.url ?? '')), {
      ...options,
      method: request.method ?? 'GET',
      headers: { ...headers, ...options.headers },
    });
    response.once('close', () => outgoing.destroy());
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).once('error', reject);
    });
    const [answer] = await Promise.all([answered, pipeline(request, outgoing)]);
    return answer;
  }

  const server = createServer((request, response) => {
    const asked = { method: request.method ?? '', path: request.url ?? '', at: performance.now() };
    seen.push(asked);
    interrupt(asked, 'before');
    forward(request, response)
      .then((answer) => {
        interrupt(asked, 'after');
        response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
        return pipeline(answer, response);
      })
      .catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    if (isCut) socket.destroy();
    else sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    cut(next) {
      isCut = next;
      if (isCut) for (const socket of sockets) socket.destroy();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Writes a kubeconfig that leads to it into a folder, and answers its path. */
export function kubeconfigThrough({ url }: RecordingProxy, folder: string): string {
  const file = path.join(folder, `through-${new URL(url).port}`);
  const named = {
    clusters: [{ name: 'c', cluster: { server: url } }],
    contexts: [{ name: 'c', context: { cluster: 'c' } }],
  };
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'Config', 'current-context': 'c', ...named }));
  return file;
}
