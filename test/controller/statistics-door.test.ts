import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askDoor } from '../../controller/statistics/door.ts';
import { readStatistics, statisticsPath } from '../../xds/envoy/statistics.ts';

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const ask = (port: number, signal = new AbortController().signal): Promise<string> =>
  askDoor({ host: '127.0.0.1', port }, '/stats', signal);

test.each<[string, RequestListener]>([
  ['answers with status 404', (_, response) => void response.writeHead(404).end()],
  ['answers with more than it was asked for', (_, response) => void response.end('x'.repeat(5_000_000))],
  ['cannot be asked for its statistics at 127', (_, response) => void response.socket?.destroy()],
])('an Envoy that %s', async (sentence, answer) => {
  await expect(ask(await listen(answer))).rejects.toThrow(sentence);
});

test('one that is not there, and one that does not answer in time', async () => {
  const port = await listen(() => {});
  await expect(ask(port, AbortSignal.timeout(50))).rejects.toThrow('does not tell its statistics in time');
  await expect(ask(1)).rejects.toThrow('nobody listens');
});

test('what is no statistics is none', () => {
  for (const text of ['', '{', '[]', '{"stats":5}', 'null']) expect(readStatistics(text)).toBeNull();
  const nothing = readStatistics('{"stats":[null,{"name":5},{"histograms":{"details":[null,{"totals":[3]}]}}]}');
  const none = { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 };
  expect(nothing?.of({ namespace: 'a', name: 'b', port: 1 })).toEqual({ answers: none, times: [] });
});

test('only these services are asked for, each once', () => {
  const port = { namespace: 'shop', name: 'web-v1', port: 80 };
  const { searchParams } = new URL(statisticsPath([port, port]), 'http://envoy');
  const filter = searchParams.get('filter') ?? '';
  const fits = (name: string): boolean => RegExp(filter).test(name);
  expect(filter.match(/web-v1/g)).toHaveLength(1);
  expect(fits('cluster.shop_web-v1_80.upstream_rq_5xx')).toBe(true);
  expect(fits('cluster.shop_web-v1_80.upstream_rq_time')).toBe(true);
  for (const other of ['shop_web-v1_8080.upstream_rq_5xx', 'shop_web-v1_80.external.upstream_rq_5xx', 'x.shop_web'])
    expect(fits(`cluster.${other}`)).toBe(false);
});
