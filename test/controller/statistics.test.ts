import { expect, test } from 'vitest';
import { statsPage } from '../../controller/debug/stats-page.ts';
import { Fault } from '../../controller/fault.ts';
import { createStatistics, type FollowStatistics } from '../../controller/statistics/statistics.ts';
import type { EnvoyTraffic, ServicePort } from '../../routing/traffic-item.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import { createFakeClock, settle } from '../support/fake-clock.ts';
import { graphOf } from '../support/graphs.ts';
import { conforms } from './conforms.ts';

const envoyAt = (address: string): EnvoyReport => ({
  node: `envoy-${address}`,
  cluster: 'contour',
  envoyVersion: '1.40.0',
  streams: 1,
  address,
  metadata: new Map(),
  dialect: 'ads-delta',
  complete: true,
  types: [],
  accepted: () => null,
});

const portOf = (name: string): ServicePort => ({ namespace: 'shop', name, port: 80 });
const [web, api] = [portOf('web'), portOf('api')];

/** What an Envoy answers: every service it is asked for has had as many answers. */
function pageOf(path: string, answers: number): string {
  const names = ['web', 'api'].filter((name) => decodeURIComponent(path).includes(`shop_${name}_80`));
  const stats = names.map((name) => ({ name: `cluster.shop_${name}_80.upstream_rq_2xx`, value: answers }));
  return JSON.stringify({ stats: [...stats, { name: 'server.uptime', value: 7 }] });
}

/** Envoys that answer after `takes` ms, and what they were asked. */
function envoysThat(...addresses: readonly string[]) {
  const clock = createFakeClock();
  const asked: { readonly host: string; readonly path: string; readonly at: number }[] = [];
  const state = { present: addresses, answers: 0, takes: 0, broken: '' };
  const follow = createStatistics({
    envoys: () => state.present.map(envoyAt),
    doorOf: ({ address }) => (address === null ? null : { host: address, port: 8002 }),
    async ask(door, path, signal) {
      const host = 'host' in door ? door.host : '';
      asked.push({ host, path, at: clock.now() });
      if (state.takes > 0) await clock.sleep(state.takes, signal);
      if (host === state.broken) throw new Fault('cannot be asked');
      return pageOf(path, state.answers);
    },
    clock,
  });
  return { clock, asked, state, follow };
}

/** Collects what a follower is told until it is told to stop. */
function collect(follow: FollowStatistics, ...ports: readonly ServicePort[]) {
  const end = new AbortController();
  const told: (readonly EnvoyTraffic[])[] = [];
  const done = (async () => {
    for await (const items of follow(ports, end.signal)) told.push(items);
  })();
  return {
    told,
    async stop() {
      end.abort();
      await done;
    },
  };
}

test('nobody is asked before somebody wants to know, and nobody after', async () => {
  const { clock, asked, follow } = envoysThat('10.0.0.1');
  await clock.advance(5_000);
  expect(asked).toEqual([]);
  const one = collect(follow, web);
  await clock.advance(3_000);
  await one.stop();
  const before = asked.length;
  expect(before).toBeGreaterThan(2);
  await clock.advance(60_000);
  expect(asked.length).toBe(before);
});

test('an Envoy is asked once a second for all followers, for what any of them wants', async () => {
  const { clock, asked, follow } = envoysThat('10.0.0.1', '10.0.0.2');
  const followers = [collect(follow, web), collect(follow, web), collect(follow, api)];
  await clock.advance(10_050);
  for (const host of ['10.0.0.1', '10.0.0.2']) {
    const times = asked.filter((each) => each.host === host).map(({ at }) => at);
    expect(times.length).toBeGreaterThanOrEqual(9);
    expect(times.length).toBeLessThanOrEqual(11);
  }
  const last = decodeURIComponent(asked.at(-1)?.path ?? '');
  expect(last).toContain('cluster\\.(shop_api_80|shop_web_80)\\.');
  for (const { told, stop } of followers) {
    expect(told.length).toBeGreaterThanOrEqual(9);
    expect(told.at(-1)?.flatMap(({ counts }) => counts).length).toBe(2);
    await stop();
  }
});

test('asking again and again for one answer asks no Envoy more often', async () => {
  const { clock, asked, follow } = envoysThat('10.0.0.1');
  for (let round = 0; round < 20; round += 1) {
    const one = collect(follow, web);
    await settle();
    expect(one.told.length).toBe(1);
    await one.stop();
  }
  expect(asked.length).toBe(1);
  await clock.advance(10_000);
  const late = collect(follow, web);
  await clock.advance(100);
  expect(asked.length).toBe(2);
  await late.stop();
});

test('whoever asks again and again is told what is new', async () => {
  const { clock, state, asked, follow } = envoysThat('10.0.0.1');
  state.takes = 20;
  const seen = new Set<number>();
  for (let round = 0; round < 100; round += 1) {
    state.answers = round;
    const one = collect(follow, web);
    await clock.advance(50);
    for (const { counts } of one.told.flat()) seen.add(counts[0]?.answers['2xx'] ?? -1);
    await one.stop();
  }
  expect(seen.size).toBeGreaterThanOrEqual(4);
  expect(asked.length).toBeLessThanOrEqual(6);
});

test('an Envoy that needs long is asked a twentieth of the time', async () => {
  const { clock, asked, state, follow } = envoysThat('10.0.0.1');
  state.takes = 200;
  const one = collect(follow, web);
  await clock.advance(40_500);
  expect(asked.length).toBe(Math.ceil(40.5 / 4));
  await one.stop();
});

test('what is told first is told by all, and a service that joins is not taken for one without answers', async () => {
  const { clock, state, follow } = envoysThat('10.0.0.1');
  state.answers = 500;
  const first = collect(follow, web);
  await clock.advance(100);
  const second = collect(follow, api);
  await clock.advance(2_000);
  expect(second.told[0]?.[0]?.counts).toMatchObject([{ service: 'shop/api:80', answers: { '2xx': 500 } }]);
  await Promise.all([first.stop(), second.stop()]);
});

test('an Envoy that cannot be asked says why beside those that can, and one that goes is told', async () => {
  const { clock, state, follow } = envoysThat('10.0.0.1', '10.0.0.2');
  state.broken = '10.0.0.2';
  const one = collect(follow, web);
  await clock.advance(100);
  expect(one.told[0]).toMatchObject([
    { envoy: 'envoy-10.0.0.1', fault: null, uptimeSeconds: 7 },
    { envoy: 'envoy-10.0.0.2', address: '10.0.0.2:8002', fault: 'cannot be asked', counts: [] },
  ]);
  state.present = [];
  await clock.advance(2_000);
  expect(one.told.at(-1)).toEqual([]);
  await one.stop();
});

test('the page has its schema, answers once or for as long as it is watched, and refuses what is no service', async () => {
  const { clock, follow } = envoysThat('10.0.0.1');
  const head = () => ({ source: { from: 'controller', version: '0', directory: '/world' }, faults: [] });
  const page = statsPage({ graph: graphOf({}), follow, head });
  const answer = (search: string) =>
    page.answer({ rest: '', query: new URLSearchParams(search), signal: new AbortController().signal });
  const lines = answer('service=shop/web:80&service=shop/web:80');
  if (lines.type !== 'lines') return expect.fail(lines.type);
  const read: object[] = [];
  const reading = (async () => {
    for await (const line of lines.lines) read.push(line);
  })();
  await clock.advance(100);
  await reading;
  const [once, ...more] = read;
  expect(more).toEqual([]);
  conforms('traffic-counts', once);
  expect(once).toMatchObject({ kind: 'TrafficCounts', services: [{ service: 'shop/web:80', scope: 'route' }] });
  for (const bad of ['', 'service=web:80', 'service=shop/web', 'service=shop/web:0', 'service=shop/w.b:80', 'service='])
    expect(answer(bad)).toMatchObject({ type: 'document', status: 400 });
  const many = Array.from({ length: 17 }, (_, index) => `service=shop/web-${index}:80`).join('&');
  expect(answer(many)).toMatchObject({ status: 400, body: { message: 'at most 16 services are counted at once' } });
});
