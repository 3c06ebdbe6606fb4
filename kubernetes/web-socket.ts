import { createHash, randomBytes } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Access } from './access.ts';
import { apiErrorOf, BadAnswer, ConnectionError } from './errors.ts';
import { refusalOf } from './answer.ts';
import { createWatchdog, onFailure } from './watchdog.ts';

/** A WebSocket as a client has it: whole binary messages. https://www.rfc-editor.org/rfc/rfc6455 */
export interface WebSocket {
  /** Calls back when there is room for more. */
  send(message: Buffer, done: () => void): void;
  /** Whole messages as they come, until the server closes. Rejects with a KubernetesError, or with the system's error. */
  messages(): AsyncGenerator<Buffer, void, void>;
  close(): void;
}

export interface WebSocketRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The one that is asked for, and must be granted. */
  readonly protocol: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

const connectMs = 15_000;
const longestMessage = 16 * 1024 * 1024;
const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Rejects with a KubernetesError. */
export async function openWebSocket(access: Access, request: WebSocketRequest): Promise<WebSocket> {
  const watchdog = createWatchdog(request.signal, connectMs);
  try {
    const { socket, head } = await upgrade(access, request, watchdog.signal);
    return webSocketOn(socket, head);
  } catch (error) {
    throw watchdog.explain(error);
  } finally {
    watchdog.stop();
  }
}

interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
}

async function upgrade(
  access: Access,
  { path, query, protocol, userAgent }: WebSocketRequest,
  signal: AbortSignal,
): Promise<Upgraded> {
  const options = await access.requestOptions();
  const url = new URL(access.server + path);
  url.search = new URLSearchParams(query).toString();
  const key = randomBytes(16).toString('base64');
  const headers = {
    ...options.headers,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
    'sec-websocket-protocol': protocol,
    'user-agent': userAgent,
  };
  const { request } = url.protocol === 'http:' ? http : https;
  const asked = request(url, { ...options, headers, signal });
  const upgraded = await new Promise<Upgraded & { readonly response: IncomingMessage }>((resolve, reject) => {
    asked.once('upgrade', (response, socket, head) => resolve({ response, socket, head }));
    asked.once('response', (response) => void refused(response).then(reject, reject));
    onFailure(asked, signal, access.proxy, reject);
    asked.end();
  });
  const accepted = createHash('sha1').update(`${key}${magic}`).digest('base64');
  const { headers: answered } = upgraded.response;
  if (answered['sec-websocket-accept'] === accepted && answered['sec-websocket-protocol'] === protocol) return upgraded;
  upgraded.socket.destroy();
  throw new BadAnswer('the API server did not answer with the WebSocket that was asked for');
}

async function refused(response: IncomingMessage): Promise<Error> {
  return apiErrorOf(response.statusCode ?? 0, await refusalOf(response), null);
}

function webSocketOn(socket: Duplex, head: Buffer): WebSocket {
  const write = (opcode: number, payload: Buffer, done: () => void = () => {}): void => {
    socket.write(frame(opcode, payload), done);
  };
  socket.on('error', () => {});
  return {
    send: (message, done) => write(opcodes.binary, message, done),
    async *messages() {
      let parts: Buffer[] = [];
      for await (const { opcode, isLast, payload } of frames(socket, head)) {
        if (opcode === opcodes.close) return;
        if (opcode === opcodes.ping) write(opcodes.pong, payload);
        if (opcode >= opcodes.close) continue;
        parts.push(payload);
        if (isLast) yield Buffer.concat(parts);
        parts = isLast ? [] : parts;
      }
      throw new ConnectionError('the connection was cut');
    },
    close() {
      write(opcodes.close, Buffer.alloc(0));
      socket.destroy();
    },
  };
}

/** Clients mask what they send. https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + size);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | (size === 0 ? length : size === 2 ? 126 : 127);
  if (size === 2) header.writeUInt16BE(length, 2);
  if (size === 8) header.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let at = 0; at < length; at += 1) masked[at] = (masked[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return Buffer.concat([header, mask, masked]);
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
}

async function* frames(socket: Duplex, head: Buffer): AsyncGenerator<Frame, void, void> {
  let rest = head;
  const whole = (): Frame | null => {
    const read = readFrame(rest);
    rest = rest.subarray(read?.length ?? 0);
    return read?.frame ?? null;
  };
  for (let next = whole(); next !== null; next = whole()) yield next;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let next = whole(); next !== null; next = whole()) yield next;
  }
}

/** Null where it has not come as a whole. */
function readFrame(bytes: Buffer): { readonly frame: Frame; readonly length: number } | null {
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return null;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > longestMessage) throw new BadAnswer('a message of the WebSocket is larger than any should be');
  if (bytes.length < start + length) return null;
  const payload = bytes.subarray(start, start + length);
  return { frame: { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload }, length: start + length };
}
