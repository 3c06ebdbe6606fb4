import { afterEach, expect, test } from 'vitest';
import { startDebugServer, type DebugServer } from '../../controller/debug/server.ts';
import { tracePage } from '../../controller/debug/trace-page.ts';
import { graphOf, hostGraph, prefix, route, saying } from '../support/graphs.ts';
import { conforms } from './conforms.ts';

const servers: DebugServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function ask(query: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const graph = graphOf({ hosts: [hostGraph('a.test', [route(prefix('/x'), saying('x'))])] });
  const page = tracePage({
    graph,
    ports: { locate: () => null },
    head: () => ({ source: { from: 'controller', version: '1', directory: null }, faults: [] }),
  });
  const server = await startDebugServer({ address: '127.0.0.1', port: 0, pages: [page] });
  servers.push(server);
  const response = await fetch(`http://127.0.0.1:${server.port}/debug/trace${query}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('a controller answers as files do', async () => {
  const header = encodeURIComponent('x-a: 1');
  const { status, body } = await ask(`?url=http://a.test/x/y&header=${header}&method=PUT&seed=1&all=true`);
  expect(status).toBe(200);
  conforms('trace', body);
  expect(body).toMatchObject({
    request: { method: 'PUT', headers: [{ name: 'x-a', value: '1' }] },
    decision: { type: 'DirectResponse', status: 200 },
  });
});

test.each([
  ['', 'say what to trace: ?url=http://HOST/PATH'],
  ['?url=ftp://x', '"ftp://x" is not a URL that can be traced: its scheme is ftp, and not http, https, ws or wss'],
  ['?url=x&seed=-1', 'the seed is a whole number from 0 to 4294967295'],
])('%s is refused', async (query, message) => {
  expect(await ask(query)).toMatchObject({ status: 400, body: { kind: 'Error', message } });
});
