import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EchoListener, openEcho } from '../../controller/dev/echo.ts';
import { addressDoor } from '../../plugin/load/envoys.ts';
import { sendRequest } from '../../plugin/load/send-request.ts';
import { compareSent } from '../../plugin/services/compare-sent.ts';
import type { Graph } from '../../routing/graph/graph.ts';
import { trace } from '../../routing/trace.ts';
import { readRequest } from '../../routing/trace-request.ts';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import {
  endpoints,
  endpointsKey,
  forward,
  graphOf,
  hostGraph,
  type Parts,
  prefix,
  route,
  saying,
  secureHost,
  service,
} from '../support/graphs.ts';
import { type LiveEnvoy, startLiveEnvoy } from './live-envoy.ts';

let envoy: LiveEnvoy;
let echo: EchoListener;
let graph: Graph;

beforeAll(async () => {
  envoy = await startLiveEnvoy('ads-delta');
  echo = await openEcho({ namespace: 'shop', service: 'web', port: 80 });
  const web = { ...endpoints('shop/web'), key: endpointsKey('shop/web') };
  const { certificate, key } = selfSigned('a.test');
  const routes = [
    route(prefix('/ws'), { ...forward(service('web')), websockets: true }),
    route(prefix('/said'), saying('said')),
    route(prefix('/moved'), { type: 'Redirect', scheme: 'https', status: 301 }),
    route(prefix('/none'), forward(service('none'))),
    route(prefix('/web'), forward(service('web'))),
  ];
  const parts: Parts = {
    hosts: [hostGraph('a.test', routes, secureHost('a', routes))],
    endpoints: [{ ...web, ready: [{ address: '127.0.0.1', port: echo.port }], total: 1 }, endpoints('shop/none')],
    secrets: [{ key: 'shop/a', certificateChain: certificate, privateKey: { reveal: () => key } }],
  };
  graph = graphOf(parts);
  envoy.serve(parts);
  await eventually(async () => expect(await send('http://a.test/web')).toMatchObject({ status: 200 }));
  await eventually(async () => expect(await send('https://a.test/web')).toMatchObject({ status: 200 }));
});

afterAll(async () => {
  await envoy.stop();
  await echo.close();
});

/** Sends it, and compares with what is predicted from `predicted`. */
async function send(url: string, predicted = graph) {
  const request = readRequest({ method: null, url, headers: [], sni: null, sourceIp: null });
  if (typeof request === 'string') throw new Error(request);
  const { decision } = trace(predicted, { request, all: false, seed: null }, { locate: () => null });
  const door = addressDoor(`127.0.0.1:${request.scheme === 'http' ? envoy.http : envoy.https}`);
  if (door === null) throw new Error('no door');
  return compareSent(door.name, await sendRequest(request, door), decision);
}

it.each([
  ['http://a.test/web/x?y=é', { status: 200, backend: 'shop/web', byBackend: true }],
  ['https://a.test/web', { status: 200, backend: 'shop/web', byBackend: true }],
  ['http://a.test/said', { status: 200, backend: null, byBackend: false }],
  ['http://a.test/moved?a=b', { status: 301, location: 'https://a.test/moved?a=b' }],
  ['http://a.test/none', { status: 503, byBackend: false }],
  ['http://a.test/nothing', { status: 404 }],
  ['http://b.test/', { status: 404 }],
  ['http://a.test/%00', { status: 400 }],
  ['ws://a.test/ws', { status: 101, byBackend: true }],
  ['ws://a.test/web', { status: 403 }],
  ['https://b.test/', { status: null }],
])('%s is answered as predicted', async (url, expected) => {
  expect(await send(url)).toMatchObject({ ...expected, agrees: true });
});

const other = (...routes: Parameters<typeof hostGraph>[1]) => graphOf({ hosts: [hostGraph('a.test', routes)] });

it.each([
  [
    'another backend',
    'http://a.test/web',
    other(route(prefix('/'), forward(service('api')))),
    'shop/web answered, not shop/api',
  ],
  [
    'a route that is not there yet',
    'http://a.test/new',
    other(route(prefix('/'), saying(''))),
    '404 was answered where 200 was predicted',
  ],
  ['a route that is gone', 'http://a.test/web', other(), 'a backend answered 200 where 404 was predicted'],
  ['a host without a certificate', 'https://a.test/web', other(), 'a certificate was shown and 200 answered'],
])('an Envoy that has %s is told', async (_name, url, predicted, detail) => {
  const sent = await send(url, predicted);
  expect(sent.agrees).toBe(false);
  expect(sent.detail).toContain(detail);
});
