import { describe, expect, test } from 'vitest';
import type { EnvoyTraffic, TimeBucket, TrafficScope } from '../../routing/traffic-item.ts';
import { countOf, percentile, shareOf } from '../../plugin/services/traffic/estimates.ts';
import { samplesOf, slide, type Window } from '../../plugin/services/traffic/sample.ts';
import { countedSince, emptyTally, requestsOf, type Tally, tallyUp } from '../../plugin/services/traffic/tally.ts';
import { countedPorts, missingTraffic, trafficQuestion } from '../../plugin/services/traffic/traffic-question.ts';
import type { TrafficReport } from '../../plugin/traffic-report.ts';

interface Said {
  readonly at: number;
  readonly uptime?: number;
  readonly ok: number;
  readonly bad?: number;
  readonly canary?: number;
  readonly times?: readonly TimeBucket[];
}

const answersOf = (ok: number, bad: number) => ({ '1xx': 0, '2xx': ok, '3xx': 0, '4xx': 0, '5xx': bad });

function envoy(name: string, { at, uptime = at, ok, bad = 0, canary = 0, times = [] }: Said): EnvoyTraffic {
  const counts = [
    { service: 'shop/v1:80', answers: answersOf(ok, bad), times },
    { service: 'shop/v2:80', answers: answersOf(canary, 0), times: [] },
  ];
  return { envoy: name, address: '10.0.0.1:8002', at: at * 1000, uptimeSeconds: uptime, fault: null, counts };
}

const silent: EnvoyTraffic = { ...envoy('silent', { at: 0, ok: 0 }), fault: 'cannot be asked', counts: [] };
const tallyOf = (...heard: readonly (readonly EnvoyTraffic[])[]): Tally => heard.reduce(tallyUp, emptyTally);
const requestsIn = (tally: Tally, service = 'shop/v1:80') => requestsOf(countedSince(emptyTally, tally, service));

describe('a tally', () => {
  test('begins with what is heard second: an Envoy may have counted for days', () => {
    expect(requestsIn(tallyOf([envoy('a', { at: 1, ok: 9_000 })]))).toBe(0);
    expect(requestsIn(tallyOf([envoy('a', { at: 1, ok: 9_000 })], [envoy('a', { at: 2, ok: 9_007, bad: 3 })]))).toBe(
      10,
    );
  });

  test('adds Envoys up, one that comes later too, and does not forget one that is gone for a while', () => {
    const tally = tallyOf(
      [envoy('a', { at: 1, ok: 10 })],
      [envoy('a', { at: 2, ok: 20 }), envoy('b', { at: 2, ok: 700 })],
      [envoy('b', { at: 3, ok: 705 }), silent],
      [envoy('a', { at: 4, ok: 50 }), envoy('b', { at: 4, ok: 706 })],
    );
    expect(requestsIn(tally)).toBe(10 + 30 + 5 + 1);
  });

  test('goes on where an Envoy has begun to count anew', () => {
    const fewer = tallyOf([envoy('a', { at: 10, ok: 10 })], [envoy('a', { at: 11, uptime: 0, ok: 4 })]);
    expect(requestsIn(fewer)).toBe(4);
    const more = tallyOf([envoy('a', { at: 10, ok: 10 })], [envoy('a', { at: 11, uptime: 0, ok: 400 })]);
    expect(requestsIn(more)).toBe(400);
    const often = tallyOf(
      [envoy('a', { at: 10, ok: 10 })],
      [envoy('a', { at: 11, ok: 15 })],
      [envoy('a', { at: 12, uptime: 0, ok: 2 })],
      [envoy('a', { at: 13, uptime: 1, ok: 5 })],
    );
    expect(requestsIn(often)).toBe(5 + 2 + 3);
  });

  test('the same answer twice counts once', () => {
    const second = envoy('a', { at: 2, ok: 9 });
    expect(requestsIn(tallyOf([envoy('a', { at: 1, ok: 4 })], [second], [second], [second]))).toBe(5);
  });

  test('buckets of all Envoys are one histogram, of what came since', () => {
    const slow = { from: 90, width: 1, count: 2 };
    const tally = tallyOf(
      [envoy('a', { at: 1, ok: 1, times: [{ from: 1, width: 0.1, count: 5 }] }), envoy('b', { at: 1, ok: 1 })],
      [
        envoy('a', { at: 2, ok: 2, times: [{ from: 1, width: 0.1, count: 8 }, slow] }),
        envoy('b', { at: 2, ok: 2, times: [slow] }),
      ],
    );
    const { times } = countedSince(emptyTally, tally, 'shop/v1:80');
    expect([...times.values()]).toEqual([
      { from: 1, width: 0.1, count: 3 },
      { from: 90, width: 1, count: 4 },
    ]);
  });
});

describe('estimates', () => {
  test('a percentile lies in the bucket that holds it', () => {
    const times = [
      { from: 100, width: 10, count: 1 },
      { from: 1, width: 0.1, count: 98 },
      { from: 0, width: 0, count: 1 },
    ];
    expect(countOf(times)).toBe(100);
    expect(percentile(times, 0)).toBe(0);
    expect(percentile(times, 0.5)).toBeCloseTo(1.05, 2);
    expect(percentile(times, 0.99)).toBeCloseTo(1.1);
    expect(percentile(times, 1)).toBe(110);
    expect(percentile([], 0.99)).toBeNull();
  });

  test('a share has a margin, and none below 50', () => {
    expect(shareOf(25, 49)).toBeNull();
    // https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval: 20 of 100 is 13.3 % to 28.9 %.
    expect(shareOf(20, 100)?.percent).toBe(20);
    expect(shareOf(20, 100)?.margin).toBeCloseTo((28.9 - 13.3) / 2, 0);
    // Nothing seen of 50 is not nothing for sure.
    expect(shareOf(0, 50)?.margin).toBeGreaterThan(3);
    expect(shareOf(2_000, 10_000)?.margin).toBeCloseTo(0.78, 2);
  });
});

describe('a sample', () => {
  const scopes: readonly TrafficScope[] = [
    { service: 'shop/v1:80', scope: 'route' },
    { service: 'shop/v2:80', scope: 'service' },
  ];

  /** One Envoy, heard each second, that gets so many requests a second. */
  function windowOf(seconds: number, v1: number, v2: number): Window {
    let [tally, window]: [Tally, Window] = [emptyTally, []];
    for (let at = 0; at <= seconds; at += 1) {
      tally = tallyUp(tally, [envoy('a', { at, uptime: 5, ok: at * v1 - at, bad: at, canary: at * v2 })]);
      window = slide(window, tally, at * 1000);
    }
    return window;
  }

  test('tells rate, classes and share of each service', () => {
    const [v1, v2] = samplesOf(windowOf(30, 80, 20), scopes);
    expect(v1).toMatchObject({ service: 'v1:80', requestsPerSecond: 80, percent: 80, scope: 'route', p50: null });
    expect(v1?.classes).toEqual({ '2xx': 98.75, '4xx': 0, '5xx': 1.25 });
    expect(v2).toMatchObject({ service: 'v2:80', requestsPerSecond: 20, percent: 20, scope: 'service' });
    // 10 s of 100 requests a second.
    expect(v2?.margin).toBeCloseTo(2.48, 1);
  });

  test('looks further back where there is little, and not beyond a minute', () => {
    expect(samplesOf(windowOf(300, 2, 1), scopes)[0]?.margin).toBeCloseTo(shareOf(120, 180)?.margin ?? 0);
    expect(samplesOf(windowOf(30, 1, 0), scopes)[0]).toMatchObject({ requestsPerSecond: 1, percent: null });
    expect(samplesOf([], scopes)).toEqual([]);
    expect(samplesOf(windowOf(0, 5, 5), scopes)[0]).toMatchObject({ requestsPerSecond: 0, percent: null });
  });
});

describe('the question', () => {
  const question = trafficQuestion(countedPorts('shop', ['v1:80', 'v2:80', 'none']));
  const report = (source: TrafficReport['source'], own: Partial<TrafficReport> = {}): TrafficReport => ({
    apiVersion: 'cli.kubectl-contour.io/v1',
    kind: 'TrafficCounts',
    source,
    items: [],
    services: [],
    unavailable: null,
    faults: [],
    ...own,
  });
  const controller = { from: 'controller', version: '1' } as const;
  const api = { from: 'api', version: '1', cluster: '', context: null, namespaces: null, unread: [] } as const;

  test('names each service with a port', () => {
    expect(question.parameters.toString()).toBe('service=shop%2Fv1%3A80&service=shop%2Fv2%3A80');
  });

  test('several controllers have one answer', () => {
    const [a, b] = [envoy('a', { at: 1, ok: 1 }), envoy('b', { at: 1, ok: 2 })];
    const merged = question.merge?.([report(controller, { items: [a] }), report(controller, { items: [b] })]);
    expect(merged?.items).toEqual([a, b]);
  });

  test.each([
    [report({ ...api, why: 'shop/contour-1 is Contour' }, { unavailable: 'x' }), 'shop/contour-1 is Contour'],
    [report({ ...api, why: null }, { unavailable: 'only a controller knows' }), 'only a controller knows'],
    [report(controller), 'no Envoy is connected to a controller'],
    [report(controller, { items: [silent] }), 'the Envoy silent cannot be asked'],
    [report(controller, { items: [silent, envoy('a', { at: 1, ok: 1 })] }), null],
  ])('%# says why nothing is counted', (given, reason) => {
    expect(missingTraffic(given)).toBe(reason);
  });
});
