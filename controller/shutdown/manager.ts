import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { codeOf, Fault, messageOf } from '../fault.ts';

export interface ShutdownManagerOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Whether Envoy has been drained. */
  readonly isDrained: () => Promise<boolean>;
  readonly pollMs: number;
}

export interface ShutdownManager {
  readonly port: number;
  /** Answers those who wait where Envoy has been drained by now, and leaves the others. */
  close(): Promise<void>;
}

/** kubelet needs two, and nobody else has anything to ask: whoever holds this many keeps none from kubelet. */
const connectionsPerAddress = 16;
const maxConnections = 1_024;

/**
 * What kubelet asks before it ends an Envoy. `/shutdown` waits until Envoy has been drained and makes nothing happen: it is
 * `contour envoy shutdown` that drains, over a socket that only containers of the Pod see. So a stranger who calls it has
 * waited, and that is all. Throws a Fault where it cannot listen.
 */
export async function startShutdownManager(options: ShutdownManagerOptions): Promise<ShutdownManager> {
  const line = createLine(options);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
    request.on('error', () => {});
    const path = (request.url ?? '').replace(/\?.*/s, '');
    if (request.method !== 'GET' && request.method !== 'HEAD') answer(response, 405, 'use GET\n');
    else if (path === '/healthz') answer(response, 200, 'OK\n');
    else if (path === '/shutdown') line.join(response);
    else answer(response, 404, 'there are /healthz and /shutdown\n');
  });
  server.maxConnections = maxConnections;
  boundAddresses(server);
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await line.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), lastWordMs).unref();
      });
    },
  };
}

/** How long answers are given to leave. */
const lastWordMs = 500;

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(body);
}

interface Line {
  join(response: ServerResponse): void;
  end(): Promise<void>;
}

/** Those who wait for one and the same thing: many cost no more than one. */
function createLine({ isDrained, pollMs }: ShutdownManagerOptions): Line {
  const waiting = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | null = null;
  const look = async (): Promise<void> => {
    if (!(await isDrained())) return;
    for (const response of waiting) answer(response, 200, 'OK\n');
    waiting.clear();
  };
  const poll = async (): Promise<void> => {
    await look();
    timer = waiting.size === 0 ? null : setTimeout(() => void poll(), pollMs);
  };
  return {
    join(response) {
      waiting.add(response);
      response.once('close', () => waiting.delete(response));
      if (timer === null) timer = setTimeout(() => void poll(), 0);
    },
    async end() {
      if (timer !== null) clearTimeout(timer);
      await look();
      for (const response of waiting) response.destroy();
    },
  };
}

function boundAddresses(server: Server): void {
  const counts = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    });
    if (count > connectionsPerAddress) socket.destroy();
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      const why = codeOf(error) === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${messageOf(error)})`;
      fail(new Fault(`port ${port} (shutdown-manager) ${why}: choose another with --serve-port`));
    });
    server.listen(port, done);
  });
}
