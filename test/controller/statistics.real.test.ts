import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { controllerSource } from '../../plugin/load/controller-source.ts';
import { countTraffic, type TrafficCounter } from '../../plugin/load/count-traffic.ts';
import { countOf, percentile } from '../../plugin/services/traffic/estimates.ts';
import {
  type Counted,
  countedSince,
  nothingCounted,
  requestsOf,
  type Tally,
} from '../../plugin/services/traffic/tally.ts';
import { countedPorts } from '../../plugin/services/traffic/traffic-question.ts';
import type { TrafficReport } from '../../plugin/traffic-report.ts';
import { startController, type ControllerProcess } from '../cluster/controller-process.ts';
import { type CountedEnvoy, startCountedEnvoy } from '../envoy/counted-envoy.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { conforms } from './conforms.ts';

const folder = mkdtempSync(join(tmpdir(), 'contour-statistics-'));
const cleanups: (() => Promise<unknown> | void)[] = [];
const pulls = 'http.stats-health.downstream_rq_completed';
let controller: ControllerProcess;
let envoys: readonly [CountedEnvoy, CountedEnvoy];
let http: number;

const service = (name: string, backend: number) => `
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: ${name} }
spec: { ports: [{ port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: shop, name: ${name}-1, labels: { kubernetes.io/service-name: ${name} } }
addressType: IPv4
endpoints: [{ addresses: [127.0.0.1] }]
ports: [{ port: ${backend} }]
`;

const proxies = `
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { namespace: shop, name: web }
spec:
  virtualhost: { fqdn: shop.example.com }
  routes:
    - conditions: [{ prefix: / }]
      services: [{ name: v1, port: 80, weight: 80 }, { name: v2, port: 80, weight: 20 }]
    - conditions: [{ prefix: /v2 }]
      services: [{ name: v2, port: 80 }]
`;

/** Answers `/204/30` with status 204 after 30 ms. */
async function startBackend(): Promise<number> {
  const server = createServer((request, response) => {
    const [status = '', ms = '0'] = (request.url ?? '').replace('/v2', '').slice(1).split('/');
    setTimeout(() => response.writeHead(Number(status)).end(), Number(ms));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A connection for each, so that both Envoys get some. */
async function send(path: string): Promise<number> {
  const request = get({ port: http, path, agent: false, headers: { host: 'shop.example.com' }, timeout: 10_000 });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}

async function sendMany(count: number, path: string): Promise<void> {
  for (let sent = 0; sent < count; sent += 10) {
    const wanted = Number(path.replace('/v2', '').split('/')[1]);
    const statuses = await Promise.all(Array.from({ length: Math.min(10, count - sent) }, () => send(path)));
    expect(statuses.every((status) => status === wanted)).toBe(true);
  }
}

async function count(): Promise<TrafficCounter> {
  const source = controllerSource(new URL(controller.debugUrl), 'kubectl contour', 'canary watch');
  const counter = await countTraffic(source, countedPorts('shop', ['v1:80', 'v2:80']));
  onTestFinished(counter.stop);
  return counter;
}

/** Envoy tells times with its next flush, up to 5 s behind the answers. */
async function timesAreTold(): Promise<void> {
  const url = `${controller.debugUrl}/debug/stats?service=shop/v2:80`;
  await eventually(async () => {
    const { items } = (await (await fetch(url)).json()) as Pick<TrafficReport, 'items'>;
    for (const { answers, times } of items.flatMap(({ counts }) => counts))
      expect(countOf(times)).toBe(requestsOf({ answers, times: new Map() }));
  });
}

const since = (begin: Tally, { tally }: TrafficCounter, name: string): Counted =>
  countedSince(begin, tally(), `shop/${name}:80`);

function answersOf(begin: Tally, counter: TrafficCounter): Counted['answers'] {
  const [v1, v2] = [since(begin, counter, 'v1').answers, since(begin, counter, 'v2').answers];
  return {
    '1xx': v1['1xx'] + v2['1xx'],
    '2xx': v1['2xx'] + v2['2xx'],
    '3xx': v1['3xx'] + v2['3xx'],
    '4xx': v1['4xx'] + v2['4xx'],
    '5xx': v1['5xx'] + v2['5xx'],
  };
}

async function bothServe(): Promise<void> {
  await eventually(async () => {
    const text = await (await fetch(`${controller.debugUrl}/debug/routes`)).text();
    expect(text).toContain('"programmed":{"envoys":2,"of":2}');
    for (const envoy of envoys) expect(await envoy.value('listener_manager.workers_started')).toBe(1);
  });
}

beforeAll(async () => {
  const backend = await startBackend();
  writeFileSync(join(folder, 'world.yaml'), service('v1', backend) + service('v2', backend) + proxies);
  const [first = 0, second = 0] = await freePorts(2);
  http = first;
  controller = await startController(
    `--manifests=${folder}/world.yaml`,
    '--envoy-service-http-address=127.0.0.1',
    `--envoy-service-http-port=${first}`,
    '--envoy-service-https-address=127.0.0.1',
    `--envoy-service-https-port=${second}`,
  );
  cleanups.push(() => controller.kill('SIGTERM'));
  const start = (id: number): Promise<CountedEnvoy> => startCountedEnvoy(folder, id, controller.xdsPort);
  envoys = [await start(1), await start(2)];
  for (const envoy of envoys) cleanups.push(envoy.stop);
  await bothServe();
});

afterAll(async () => {
  for (const end of cleanups.reverse()) await end();
  rmSync(folder, { recursive: true });
});

it('what two Envoys count is what a client has sent, by class', async () => {
  await sendMany(30, '/200');
  const counter = await count();
  const begin = counter.tally();
  await sendMany(120, '/200');
  await sendMany(40, '/302');
  await sendMany(30, '/404');
  await sendMany(20, '/503');
  await sendMany(50, '/v2/201');
  const sent = { '1xx': 0, '2xx': 170, '3xx': 40, '4xx': 30, '5xx': 20 };
  await eventually(() => expect(answersOf(begin, counter)).toEqual(sent));
  // Each of them got its part.
  for (const envoy of envoys) expect(await envoy.value('cluster.shop_v1_80.upstream_rq_2xx')).toBeGreaterThan(0);
  const v2 = since(begin, counter, 'v2').answers['2xx'];
  expect(v2).toBeGreaterThanOrEqual(50 + 5);
  expect(v2).toBeLessThan(50 + 60);
});

it('an answer has its schema, and says whose requests they are', async () => {
  const answer = await fetch(`${controller.debugUrl}/debug/stats?service=shop/v1:80&service=shop/v2:80`);
  const body = (await answer.json()) as { readonly items: readonly { readonly address: string }[] };
  conforms('traffic-counts', body);
  expect(body.items.map(({ address }) => address).sort()).toEqual(envoys.map(({ address }) => `${address}:8002`));
  expect(body).toMatchObject({
    services: [
      { service: 'shop/v1:80', scope: 'route' },
      { service: 'shop/v2:80', scope: 'service' },
    ],
  });
});

it('times of all Envoys are one: percentiles are those of what the backend did', async () => {
  await timesAreTold();
  const counter = await count();
  const begin = counter.tally();
  await sendMany(90, '/v2/200/20');
  await sendMany(10, '/v2/200/300');
  const times = await eventually(() => {
    const found = [...since(begin, counter, 'v2').times.values()];
    expect(countOf(found)).toBe(100);
    return found;
  });
  // Envoy counts whole milliseconds, in buckets of a tenth of their size at most; a busy machine is slower.
  expect(percentile(times, 0.5)).toBeGreaterThanOrEqual(18);
  expect(percentile(times, 0.5)).toBeLessThan(290);
  expect(percentile(times, 0.95)).toBeGreaterThanOrEqual(290);
  expect(percentile(times, 0.99)).toBeLessThan(3_000);
}, 40_000);

it('an Envoy that is killed and started again counts on', async () => {
  const counter = await count();
  const begin = counter.tally();
  await sendMany(200, '/200');
  await eventually(() => expect(answersOf(begin, counter)['2xx']).toBe(200));
  await envoys[0].restart();
  await bothServe();
  await sendMany(100, '/200');
  await eventually(() => expect(answersOf(begin, counter)).toEqual({ ...nothingCounted.answers, '2xx': 300 }));
}, 60_000);

it('Envoys are asked once a second for however many watch, and no more when nobody does', async () => {
  const counters = await Promise.all([count(), count(), count()]);
  const from = performance.now();
  const before = await envoys[0].value(pulls);
  await delay(3_000);
  const asked = (await envoys[0].value(pulls)) - before;
  expect(asked).toBeGreaterThanOrEqual(1);
  expect(asked).toBeLessThanOrEqual((performance.now() - from) / 1_000 + 1);
  for (const counter of counters) await counter.stop();
  // One may be under way.
  const last = await eventually(async () => {
    const now = await envoys[0].value(pulls);
    await delay(1_200);
    expect(await envoys[0].value(pulls)).toBe(now);
    return now;
  });
  await delay(1_500);
  expect(await envoys[0].value(pulls)).toBe(last);
}, 40_000);
