import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEcho, type EchoListener } from '../../controller/dev/echo.ts';

let echo: EchoListener;
beforeAll(async () => {
  echo = await openEcho({ namespace: 'shop', service: 'web', port: 80 });
});
afterAll(() => echo.close());

test('says which Service was reached, and how', async () => {
  const response = await fetch(`http://127.0.0.1:${echo.port}/cart?item=1`, {
    method: 'POST',
    body: 'hello',
    headers: { 'x-team': 'a' },
  });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toMatchObject({
    namespace: 'shop',
    service: 'web',
    port: 80,
    method: 'POST',
    host: `127.0.0.1:${echo.port}`,
    path: '/cart?item=1',
    bodyBytes: 5,
    headers: { 'x-team': 'a' },
  });
});

test('keeps a connection for several requests', async () => {
  for (const path of ['/1', '/2', '/3']) {
    const response = await fetch(`http://127.0.0.1:${echo.port}${path}`);
    expect(await response.json()).toMatchObject({ path });
  }
});

test('announces no end of an idle connection', async () => {
  const asked = request({ port: echo.port, host: '127.0.0.1', headers: { connection: 'keep-alive' } });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  expect(response.headers.connection).toBe('keep-alive');
  expect(response.headers).not.toHaveProperty('keep-alive');
  asked.destroy();
});

test('speaks HTTP/2 without TLS', async () => {
  const session = connectHttp2(`http://127.0.0.1:${echo.port}`);
  const stream = session.request({ ':path': '/two', ':method': 'POST', ':authority': 'shop.example.com' });
  stream.end('12345678');
  expect(JSON.parse(await text(stream))).toMatchObject({
    service: 'web',
    path: '/two',
    host: 'shop.example.com',
    bodyBytes: 8,
  });
  session.close();
});

test('echoes WebSocket messages, small and large', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${echo.port}/chat`);
  await once(socket, 'open');
  for (const message of ['hello', 'x'.repeat(300), 'y'.repeat(70_000)]) {
    const answered = once(socket, 'message');
    socket.send(message);
    const [event] = (await answered) as [MessageEvent];
    expect(event.data).toBe(message);
  }
  const closed = once(socket, 'close');
  socket.close();
  await closed;
});

test('answers an upgrade to anything else with 501', async () => {
  const sent = request({ port: echo.port, headers: { connection: 'upgrade', upgrade: 'carrier-pigeon' } }).end();
  const [response] = (await once(sent, 'response')) as [{ statusCode: number }];
  expect(response.statusCode).toBe(501);
});
