import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { endpointsKey, forward, hostGraph, prefix, route, secureHost, service } from '../support/graphs.ts';
import { type LiveEnvoy, startLiveEnvoy } from './live-envoy.ts';
import { askText } from './raw-request.ts';

const client = '203.0.113.7';
const header = `PROXY TCP4 ${client} 127.0.0.1 40000 443\r\n`;
const requestFor = (host: string) => `GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;

const backend = createServer((request, response) => response.end(String(request.headers['x-forwarded-for'])));
let envoy: LiveEnvoy;

beforeAll(async () => {
  await once(backend.listen(0, '127.0.0.1'), 'listening');
  envoy = await startLiveEnvoy('ads-delta', { useProxyProtocol: true });
  const { certificate, key } = selfSigned('secure.test');
  const routes = [route(prefix('/'), forward(service('backend')))];
  envoy.serve({
    hosts: [hostGraph('plain.test', routes), hostGraph('secure.test', [], secureHost('cert', routes))],
    endpoints: [
      {
        key: endpointsKey('shop/backend'),
        ready: [{ address: '127.0.0.1', port: (backend.address() as AddressInfo).port }],
        total: 1,
        known: true,
      },
    ],
    secrets: [{ key: 'shop/cert', certificateChain: certificate, privateKey: { reveal: () => key } }],
  });
});

afterAll(async () => {
  await envoy.stop();
  backend.close();
});

async function askSecure(first: string): Promise<string> {
  const socket: Socket = connect(envoy.https, '127.0.0.1');
  socket.write(first);
  const secure = connectTls({ socket, servername: 'secure.test', rejectUnauthorized: false });
  secure.write(requestFor('secure.test'));
  socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
  return text(secure);
}

it('a backend is told the address that the PROXY header names, behind TLS too', async () => {
  await eventually(async () => {
    expect(await askText(envoy.http, header + requestFor('plain.test'))).toEqual({ status: 200, body: client });
  });
  await eventually(async () => expect(await askSecure(header)).toContain(`\r\n\r\n${client}`));
});

it('a connection without one is closed before it is read', async () => {
  await expect(askText(envoy.http, requestFor('plain.test'))).rejects.toThrow('ECONNRESET');
  await expect(askSecure('')).rejects.toThrow(/disconnected|ECONNRESET/);
});
