import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { echoWebSocket } from './websocket-echo.ts';

/** What one echo listener says it is. */
export interface EchoIdentity {
  readonly namespace: string;
  readonly service: string;
  /** The Service's port. */
  readonly port: number;
}

/** Where a listener takes connections; port 0 lets the system choose. */
export interface EchoPlace {
  readonly host: string;
  readonly port: number;
}

export interface EchoListener {
  readonly port: number;
  close(): Promise<void>;
}

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

function describe(identity: object, request: Request, bodyBytes: number): object {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(':')));
  const host = request.headers.host ?? request.headers[':authority'] ?? '';
  return { ...identity, method: request.method, host, path: request.url, headers, bodyBytes };
}

function answer(identity: object, request: Request, response: Response): void {
  let bodyBytes = 0;
  request.on('data', (chunk: Buffer) => {
    bodyBytes += chunk.length;
  });
  request.on('error', () => {});
  request.on('end', () => {
    const body = `${JSON.stringify(describe(identity, request, bodyBytes))}\n`;
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    // Envoy asks for backends over both versions; the two servers share this shape but not a type.
    (response as ServerResponse).writeHead(200, headers).end(body);
  });
}

/** HTTP/2 without TLS says so in its first bytes. https://www.rfc-editor.org/rfc/rfc9113#section-3.4 */
function speaksHttp2(first: Buffer): boolean {
  return first.subarray(0, 3).toString('latin1') === 'PRI';
}

const somewhereOnLoopback: EchoPlace = { host: '127.0.0.1', port: 0 };

/** Opens a listener that answers every request with who it is and what reached it, over HTTP/1.1 and h2c. */
export function openEcho(identity: object, place = somewhereOnLoopback): Promise<EchoListener> {
  // Envoy keeps an idle connection for an hour. Ended here, it would now and then be ended under a request: a 503.
  const endless = { requestTimeout: 0, keepAliveTimeout: 0 };
  const http1 = createHttpServer(endless, (request, response) => answer(identity, request, response));
  http1.on('upgrade', echoWebSocket);
  const http2 = createHttp2Server((request, response) => answer(identity, request, response));
  http2.on('sessionError', () => {});
  const sockets = new Set<Socket>();
  const sniffer = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      (speaksHttp2(first) ? http2 : http1).emit('connection', socket);
    });
  });
  return new Promise((done, fail) => {
    sniffer.once('error', fail);
    sniffer.listen({ host: place.host, port: place.port }, () => {
      done({ port: (sniffer.address() as AddressInfo).port, close: () => closeAll(sniffer, sockets) });
    });
  });
}

function closeAll(server: { close(done: () => void): void }, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    for (const socket of sockets) socket.destroy();
  });
}
