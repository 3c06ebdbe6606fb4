import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Access } from '../../kubernetes/access.ts';
import { dialPod } from '../../kubernetes/port-forward.ts';

/** What a kubelet does with a connection, frame by frame. */
type Script = (socket: Duplex, request: IncomingMessage) => void;

let server: Server;
let script: Script;
let access: Access;
const sockets = new Set<Duplex>();

beforeEach(async () => {
  server = createServer((_request, response) => {
    const status = { kind: 'Status', code: 403, reason: 'Forbidden', message: 'pods "ctl" is forbidden' };
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(status));
  });
  server.on('upgrade', (request, socket: Duplex) => {
    sockets.add(socket.on('error', () => {}));
    script(socket, request);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const requestOptions = async () => ({ headers: { Authorization: 'Bearer t' } });
  access = { server: url, context: null, proxy: null, namespace: null, requestOptions, renew() {} };
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  server.close();
});

function accept(socket: Duplex, { headers }: IncomingMessage, protocol = 'v4.channel.k8s.io'): void {
  const key = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  lines.push(`Sec-WebSocket-Accept: ${key.digest('base64')}`, `Sec-WebSocket-Protocol: ${protocol}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Servers do not mask. */
function frame(payload: Buffer, first = 0x82): Buffer {
  const size = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([first, ...size]), payload]);
}

const port = Buffer.from([6060 & 0xff, 6060 >> 8]);
const data = (words: string) => frame(Buffer.concat([Buffer.from([0]), Buffer.from(words)]));
const greeting = Buffer.concat([frame(Buffer.from([0, ...port])), frame(Buffer.from([1, ...port]))]);

/** What a client has sent so far, without masks, by opcode. */
function hear(socket: Duplex, take: (opcode: number, payload: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const [first = 0, second = 0] = rest;
      const short = second & 0x7f;
      const start = short < 126 ? 2 : 4;
      const length = short < 126 ? short : rest.length < 4 ? Infinity : rest.readUInt16BE(2);
      if (rest.length < start + 4 + length) return;
      expect(second & 0x80).toBe(0x80);
      const mask = rest.subarray(start, start + 4);
      const body = rest.subarray(start + 4, start + 4 + length);
      take(first & 0x0f, Buffer.from(body.map((byte, index) => byte ^ (mask[index % 4] ?? 0))));
      rest = rest.subarray(start + 4 + length);
    }
  });
}

const dial = () =>
  dialPod(access, { namespace: 'infra', pod: 'ctl', port: 6060 }, 'test/0', new AbortController().signal);

test('what is asked for, and bytes both ways', async () => {
  let asked: IncomingMessage | null = null;
  script = (socket, request) => {
    asked = request;
    accept(socket, request);
    socket.write(greeting);
    hear(socket, (opcode, payload) => {
      if (opcode !== 2) return;
      expect(payload[0]).toBe(0);
      socket.write(data(payload.subarray(1).toString().toUpperCase()));
    });
  };
  const stream = await dial();
  const long = 'x'.repeat(70_000).replace(/x{1000}/g, `${'y'.repeat(999)}\n`);
  let heard = '';
  stream.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  for (const piece of ['hello ', ...(long.match(/[^\n]+\n/g) ?? [])]) stream.write(piece);
  const expected = `HELLO ${long.toUpperCase()}`;
  while (heard.length < expected.length) await once(stream, 'data');
  expect(heard).toBe(expected);
  expect(asked).toMatchObject({
    url: '/api/v1/namespaces/infra/pods/ctl/portforward?ports=6060',
    headers: { authorization: 'Bearer t', 'user-agent': 'test/0', 'sec-websocket-protocol': 'v4.channel.k8s.io' },
  });
  stream.destroy();
});

test('frames that are cut, joined, fragmented, and pings between', async () => {
  const pongs: string[] = [];
  script = (socket, request) => {
    accept(socket, request);
    hear(socket, (opcode, payload) => {
      if (opcode === 10) pongs.push(payload.toString());
    });
    const parts = [
      frame(Buffer.from([0, ...port, 97]), 0x02),
      frame(Buffer.from('b'), 0x00),
      frame(Buffer.from('c'), 0x80),
    ];
    const bytes = Buffer.concat([...parts, frame(Buffer.from('hi'), 0x89), data('d'), frame(Buffer.alloc(0), 0x88)]);
    const next = (at: number): void => {
      if (at < bytes.length) socket.write(bytes.subarray(at, at + 3), () => setImmediate(next, at + 3));
    };
    next(0);
  };
  const stream = await dial();
  expect(await text(stream)).toBe('abcd');
  expect(pongs).toEqual(['hi']);
});

test('HTTP goes over it', async () => {
  script = (socket, request) => {
    accept(socket, request);
    socket.write(greeting);
    hear(socket, (opcode, payload) => {
      if (opcode === 2 && payload.toString().includes('GET /debug')) {
        socket.write(data('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
      }
    });
  };
  const stream = await dial();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get('http://localhost:6060/debug/', { createConnection: () => stream }, resolve).on('error', reject);
  });
  expect(await text(response)).toBe('ok');
  stream.destroy();
});

test('what the kubelet says of the Pod is the error', async () => {
  script = (socket, request) => {
    accept(socket, request);
    socket.write(greeting);
    socket.write(frame(Buffer.concat([Buffer.from([1]), Buffer.from('connection\nrefused')])));
  };
  const stream = await dial();
  await expect(text(stream)).rejects.toMatchObject({
    name: 'ConnectionError',
    message: 'the kubelet says: connection refused',
  });
});

test('a cut connection is no end', async () => {
  script = (socket, request) => {
    accept(socket, request);
    socket.write(greeting, () => socket.destroy());
  };
  await expect(text(await dial())).rejects.toThrow('the connection was cut');
});

test('a message without end', async () => {
  script = (socket, request) => {
    accept(socket, request);
    socket.write(Buffer.from([0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0]));
  };
  await expect(text(await dial())).rejects.toMatchObject({ name: 'BadAnswer' });
});

test.each<readonly [string, Script, object]>([
  ['another protocol', (socket, request) => accept(socket, request, 'v5'), { name: 'BadAnswer' }],
  [
    'no WebSocket at all',
    (socket) => void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
    { name: 'ApiError', status: 403 },
  ],
  ['a connection that is cut', (socket) => void socket.destroy(), { name: 'ConnectionError' }],
])('%s is refused', async (_name, answer, expected) => {
  script = answer;
  await expect(dial()).rejects.toMatchObject(expected);
});
