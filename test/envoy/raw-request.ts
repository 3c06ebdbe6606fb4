import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

export interface RawRequest {
  readonly port: number;
  /** As it stands in the request: nothing is corrected. */
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends one HTTP/1.1 request as written, on a connection of its own. */
export function askRaw({ port, host, path, headers = {} }: RawRequest): Promise<RawAnswer> {
  const fields = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return askText(port, `GET ${path} HTTP/1.1\r\n${fields.join('')}\r\n`);
}

/** Sends these bytes, on a connection of its own. */
export async function askText(port: number, request: string): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  try {
    return read(await untilAnswered(socket));
  } finally {
    socket.destroy();
  }
}

/** Until the header, and as much body as it promises, is there. One character a byte. */
async function untilAnswered(socket: Socket): Promise<string> {
  socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
  socket.setEncoding('latin1');
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length >= end + 4 + length) return text;
  }
  return text;
}

function read(text: string): RawAnswer {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), body: Buffer.from(body, 'latin1').toString() };
}

/** The same over HTTP/2 without TLS, by prior knowledge. Status 0 where the request is refused as a whole. */
export async function askHttp2({ port, ...request }: RawRequest): Promise<RawAnswer> {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  try {
    return await askOn(session, request);
  } finally {
    session.destroy();
  }
}

/** One request on an HTTP/2 connection that is there. */
export async function askOn(
  session: ClientHttp2Session,
  { host, path, headers = {} }: Omit<RawRequest, 'port'>,
): Promise<RawAnswer> {
  const stream = session.request({ ':path': path, ':authority': host, ...headers });
  const signal = AbortSignal.timeout(5_000);
  const ends = [once(stream, 'response', { signal }), once(stream, 'close', { signal })];
  const [answer] = (await Promise.race(ends)) as [Record<string, unknown>?];
  if (answer === undefined) return { status: 0, body: '' };
  let body = '';
  for await (const chunk of stream) body += String(chunk);
  return { status: Number(answer[':status']), body };
}
