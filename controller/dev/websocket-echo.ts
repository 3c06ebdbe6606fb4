import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

// https://www.rfc-editor.org/rfc/rfc6455#section-1.3
const handshakeGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const maximumPayloadBytes = 1024 * 1024;
const opcode = { close: 8, ping: 9, pong: 10 } as const;

interface Frame {
  readonly head: number;
  readonly payload: Buffer;
  readonly size: number;
}

/** One masked client frame from the start of `bytes`; null while it is incomplete. https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function readFrame(bytes: Buffer): Frame | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const dataAt = 2 + extra + 4;
  if (bytes.length < dataAt) return null;
  const length = extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > maximumPayloadBytes) throw new RangeError('a frame of more than 1 MiB');
  if (bytes.length < dataAt + length) return null;
  const mask = bytes.subarray(dataAt - 4, dataAt);
  const payload = bytes.subarray(dataAt, dataAt + length).map((byte, index) => byte ^ mask.readUInt8(index % 4));
  return { head: bytes.readUInt8(0), payload: Buffer.from(payload), size: dataAt + length };
}

function writeFrame(head: number, payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.from([head, payload.length]), payload]);
  if (payload.length < 65_536) {
    return Buffer.concat([Buffer.from([head, 126, payload.length >> 8, payload.length & 0xff]), payload]);
  }
  const long = Buffer.alloc(10);
  long.writeUInt8(head, 0);
  long.writeUInt8(127, 1);
  long.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([long, payload]);
}

function answerFrame(frame: Frame, socket: Duplex): void {
  const code = frame.head & 0x0f;
  if (code === opcode.pong) return;
  const head = code === opcode.ping ? 0x80 | opcode.pong : frame.head;
  socket.write(writeFrame(head, frame.payload));
  if (code === opcode.close) socket.end();
}

/** Accepts a WebSocket and sends every frame back. An upgrade to anything else is answered 501. */
export function echoWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on('error', () => socket.destroy());
  const key = request.headers['sec-websocket-key'];
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || key === undefined) {
    socket.end('HTTP/1.1 501 Not Implemented\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    return;
  }
  const accept = createHash('sha1').update(`${key}${handshakeGuid}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  let rest: Buffer = head;
  const take = (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk]);
    try {
      for (let frame = readFrame(rest); frame !== null; frame = readFrame(rest)) {
        rest = rest.subarray(frame.size);
        answerFrame(frame, socket);
      }
    } catch {
      socket.destroy();
    }
  };
  socket.on('data', take);
  take(Buffer.alloc(0));
}
