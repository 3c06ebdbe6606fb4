import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { get, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { RawAnswer } from './raw-request.ts';

export interface TlsRequest {
  readonly port: number;
  /** The name that the handshake asks for. */
  readonly serverName: string;
  /** As it stands in the request. */
  readonly host: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const trusting = (port: number, servername: string): ConnectionOptions => ({
  host: '127.0.0.1',
  port,
  servername,
  rejectUnauthorized: false,
  timeout: 5_000,
});

/** One HTTP/1.1 request on a connection of its own. */
export async function askTls({ port, serverName, host, path = '/', headers = {} }: TlsRequest): Promise<RawAnswer> {
  const options: RequestOptions = { ...trusting(port, serverName), agent: false, path, headers: { host, ...headers } };
  const request = get(options);
  const upgraded = once(request, 'upgrade').then(([response]) => response as IncomingMessage);
  const answered = once(request, 'response').then(([response]) => response as IncomingMessage);
  const response = await Promise.race([answered, upgraded]);
  if (response.statusCode === 101) {
    request.destroy();
    return { status: 101, body: '' };
  }
  return { status: response.statusCode ?? 0, body: await text(response) };
}

/** One request over HTTP/2, where clients share a connection between the names of a certificate. */
export async function askTlsHttp2(port: number, serverName: string, authority: string): Promise<RawAnswer> {
  const session = connectHttp2(`https://${serverName}`, {
    createConnection: () => connect({ ...trusting(port, serverName), ALPNProtocols: ['h2'] }),
  });
  try {
    const stream = session.request({ ':path': '/', ':authority': authority });
    const [headers] = (await once(stream, 'response', { signal: AbortSignal.timeout(5_000) })) as [
      Record<string, unknown>,
    ];
    return { status: Number(headers[':status']), body: await text(stream) };
  } finally {
    session.destroy();
  }
}

/** The protocol version and certificate's name that a handshake ends with; rejects where it fails. */
export async function shakeHands(
  port: number,
  serverName: string,
  more: ConnectionOptions = {},
): Promise<{ readonly protocol: string | null; readonly commonName: unknown }> {
  return withHands(port, serverName, more, (socket) => ({
    protocol: socket.getProtocol(),
    commonName: socket.getPeerCertificate().subject.CN,
  }));
}

/** The serial number of the certificate that is shown; rejects where no handshake succeeds. */
export function shownSerial(port: number, serverName: string): Promise<string> {
  return withHands(port, serverName, {}, (socket) => socket.getPeerCertificate().serialNumber);
}

async function withHands<T>(
  port: number,
  serverName: string,
  more: ConnectionOptions,
  read: (socket: TLSSocket) => T,
): Promise<T> {
  const socket: TLSSocket = connect({ ...trusting(port, serverName), ...more });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(5_000) });
    return read(socket);
  } finally {
    socket.destroy();
  }
}
