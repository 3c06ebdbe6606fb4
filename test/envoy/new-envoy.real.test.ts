import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { hostGraph, prefix, route, saying } from '../support/graphs.ts';
import { askMany } from './ask-many.ts';
import { startLiveEnvoy } from './live-envoy.ts';
import { dialects } from './whole.ts';

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
