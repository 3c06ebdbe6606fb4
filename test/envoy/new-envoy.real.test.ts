import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { hostGraph, prefix, route, saying } from '../support/graphs.ts';
import { askMany } from './ask-many.ts';
import { startLiveEnvoy } from './live-envoy.ts';
import { proxy, tlsSecret } from './manifests.ts';
import { askTls } from './tls-request.ts';
import { dialects, startWhole } from './whole.ts';

const hosts = Array.from({ length: 1_000 }, (_, index) => `host-${index}.example.com`);
const parts = { hosts: hosts.map((host) => hostGraph(host, [route(prefix('/'), saying(host))])) };

async function connectTo(port: number): Promise<Socket> {
  const socket = createConnection(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

// Ten responses at first sync: the ports must not be open after the first of them.
test.each(dialects)('a new Envoy that speaks %s answers no host before it has every host', async (dialect) => {
  const envoy = await startLiveEnvoy(dialect);
  try {
    envoy.serve(parts);
    const requests = hosts.toReversed().map((host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const answers = await eventually(() => askMany(() => connectTo(envoy.http), requests), 30_000);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await eventually(() => expect(envoy.report().complete).toBe(true));
  } finally {
    await envoy.stop();
  }
});

test('a new Envoy takes a first world as it arrives, and opens when it has all', async () => {
  const whole = await startWhole();
  try {
    const shop = await whole.backend('shop');
    const { httpPort, httpsPort } = whole.portsOf('ads-delta');
    const scopes = () => whole.xds.envoys()[0]?.types.find(({ type }) => type === typeUrl.scopedRoute)?.accepted;
    whole.draft(...shop.objects, ...hosts.slice(0, 300).map((host) => proxy(host, 'shop')));
    const coming = whole.envoy();
    await eventually(() => expect(scopes()).toBe(300));
    whole.draft(...hosts.slice(300, 600).map((host) => proxy(host, 'shop')));
    await eventually(() => expect(scopes()).toBe(600));
    for (const port of [httpPort, httpsPort]) await expect(connectTo(port)).rejects.toThrow('ECONNREFUSED');
    const [edited = '', gone = ''] = hosts;
    const secured = [
      proxy('secure.example.com', 'shop', { secret: 'secure' }),
      tlsSecret('secure', selfSigned('secure')),
    ];
    const rest = hosts.slice(600).map((host) => proxy(host, 'shop'));
    await whole.swap([proxy(gone, 'shop')], [...rest, proxy(edited, null), ...secured]);
    await coming;
    const requests = hosts.toReversed().map((host) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const answers = (await askMany(() => connectTo(httpPort), requests)).toReversed();
    expect(answers.slice(0, 2)).toMatchObject([{ status: 200, body: 'said' }, { status: 404 }]);
    expect(new Set(answers.slice(2).map(({ status }) => status))).toEqual(new Set([200]));
    const asked = { port: httpsPort, serverName: 'secure.example.com', host: 'secure.example.com' };
    expect(await askTls(asked)).toMatchObject({ status: 200 });
    await whole.live();
  } finally {
    await whole.close();
  }
});
