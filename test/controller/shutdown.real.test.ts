import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { eventually } from '../support/eventually.ts';
import { forward, hostGraph, endpointsKey, prefix, route, service } from '../support/graphs.ts';
import { adminSocket, fourPorts, nameFlags, type Ports, serveXds, writeBootstrap } from './booted-envoy.ts';
import { type Ran, runMain } from './run-main.ts';

let folder: string;
let ports: Ports;
let backend: Server;
let held: ServerResponse[];
const cleanups: (() => Promise<void> | void)[] = [];

/** Holds each request until it is let go. */
async function startBackend(): Promise<number> {
  held = [];
  backend = createServer((_, response) => {
    response.writeHead(200).write('first ');
    held.push(response);
  }).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  cleanups.push(() => void backend.close());
  return (backend.address() as AddressInfo).port;
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-drain-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  ports = await fourPorts();
  const ready = [{ address: '127.0.0.1', port: await startBackend() }];
  const xds = await serveXds(null, ports, {
    hosts: [hostGraph('slow.test', [route(prefix('/'), forward(service('slow')))])],
    endpoints: [{ key: endpointsKey('shop/slow'), ready, total: 1, known: true }],
  });
  cleanups.push(() => xds.close());
  cleanups.push(await runEnvoy(await writeBootstrap(folder, ports, []), ...nameFlags));
  await eventually(async () => expect(await stateOf()).toBe(200));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const stateOf = async (): Promise<number> => (await fetch(`http://127.0.0.1:${ports.stats}/ready`)).status;

/** A request under way: its head and first bytes are here. */
async function startRequest(agent: Agent): Promise<{ readonly response: IncomingMessage; body(): string }> {
  const request = get({ port: ports.http, host: '127.0.0.1', agent, headers: { host: 'slow.test' } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  response.on('data', (chunk: Buffer) => (body += chunk.toString()));
  await eventually(() => expect(body).toBe('first '));
  return { response, body: () => body };
}

const readyFile = (): string => path.join(folder, 'ok');
const checkOften = ['--check-interval', '100ms'];
const shutDown = (): Promise<Ran> =>
  runMain(['envoy', 'shutdown', '--admin-address', adminSocket(folder), '--ready-file', readyFile(), ...checkOften]);

it('ends a request that is under way well, and says only then that Envoy may go', async () => {
  const { response, body } = await startRequest(new Agent());
  let isThrough = false;
  const through = shutDown().then((ran) => ((isThrough = true), ran));
  // From now on no load balancer sends clients. Those who come all the same are served, and asked not to stay.
  await eventually(async () => expect(await stateOf()).toBe(503));
  const staying = new Agent({ keepAlive: true });
  cleanups.push(() => staying.destroy());
  const late = await startRequest(staying);
  expect(late.response.headers.connection).toBe('close');
  for (const each of held.splice(0)) each.end('last');
  await once(late.response, 'end');
  expect(late.body()).toBe('first last');
  if (!response.readableEnded) await once(response, 'end');
  expect(body()).toBe('first last');
  const { code, stderr } = await through;
  expect({ code, isThrough, ready: existsSync(readyFile()) }).toEqual({ code: 0, isThrough: true, ready: true });
  expect(stderr).toMatch(/msg="drained" open=0\n$/);
});

it('waits as long as a request takes', async () => {
  const { response } = await startRequest(new Agent());
  const through = shutDown();
  await eventually(async () => expect(await stateOf()).toBe(503));
  expect(await Promise.race([through.then(() => 'ended'), countedTwice()])).toBe('waiting');
  expect(existsSync(readyFile())).toBe(false);
  for (const each of held.splice(0)) each.end('last');
  await once(response, 'end');
  expect((await through).code).toBe(0);
});

/** The time of several counts. */
const countedTwice = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('waiting'), 500));

it('has nothing to wait for where Envoy is gone', async () => {
  await (cleanups.pop() as () => Promise<void>)();
  const { code, stderr } = await shutDown();
  expect(code).toBe(0);
  expect(stderr).toContain('reason="nobody listens on its admin socket"');
  expect(existsSync(readyFile())).toBe(true);
});
