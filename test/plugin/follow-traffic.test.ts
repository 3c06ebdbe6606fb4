import { expect, test } from 'vitest';
import { CommandFailure } from '../../plugin/failure.ts';
import { trafficFrom } from '../../plugin/load/follow-traffic.ts';
import type { ReportHead } from '../../plugin/report.ts';
import type { Traffic } from '../../plugin/services/traffic/traffic.ts';
import type { Question, Source } from '../../plugin/source.ts';
import type { TrafficReport } from '../../plugin/traffic-report.ts';
import { eventually } from '../support/eventually.ts';

const reportAt = (second: number, requests: number): TrafficReport => ({
  apiVersion: 'cli.kubectl-contour.io/v1',
  kind: 'TrafficCounts',
  source: { from: 'controller', version: '1' },
  faults: [],
  items: [
    {
      envoy: 'one',
      address: '10.0.0.1:8002',
      at: second * 1000,
      uptimeSeconds: second,
      fault: null,
      counts: [
        { service: 'shop/v1:80', answers: { '1xx': 0, '2xx': requests, '3xx': 0, '4xx': 0, '5xx': 0 }, times: [] },
      ],
    },
  ],
  services: [{ service: 'shop/v1:80', scope: 'route' }],
  unavailable: null,
});

/** A source that a test makes tell, and what was told of it. */
function followed(failure: CommandFailure | null = null) {
  const told: Traffic[] = [];
  const state = { second: 0, weights: 'before', opened: 0, closed: 0, failure };
  let tell = (_report: TrafficReport): void => {};
  const end = new AbortController();
  const source: Source = {
    defaultNamespace: null,
    select: null,
    ask: () => Promise.reject(new Error('nobody asks once')),
    follow: <Report extends ReportHead>(
      _question: Question<Report>,
      sink: (report: Report) => void,
      _warn: (message: string) => void,
      signal: AbortSignal,
    ) => {
      tell = (report) => sink(report as ReportHead as Report);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },
    close: async () => void (state.closed += 1),
  };
  const follow = trafficFrom(
    async () => {
      state.opened += 1;
      if (state.failure !== null) throw state.failure;
      return source;
    },
    () => state.second * 1000,
  );
  const query = { namespace: 'shop', services: ['v1:80'], weights: () => state.weights };
  const done = follow(query, (traffic) => told.push(traffic), end.signal);
  const hear = (requests: number): void => {
    state.second += 1;
    tell(reportAt(state.second, requests));
  };
  return { told, state, hear, end, done };
}

test('what was counted under other weights says nothing of these', async () => {
  const { told, state, hear, end, done } = followed();
  await eventually(() => expect(state.opened).toBe(1));
  await eventually(() => {
    hear(0);
    expect(told.length).toBeGreaterThan(0);
  });
  hear(100);
  expect(told.at(-1)).toMatchObject({ type: 'counted', samples: [{ service: 'v1:80', percent: 100 }] });
  state.weights = 'after';
  hear(200);
  expect(told.at(-1)).toMatchObject({ samples: [{ percent: null, requestsPerSecond: 0 }] });
  hear(260);
  expect(told.at(-1)).toMatchObject({ samples: [{ percent: 100, requestsPerSecond: 60 }] });
  end.abort();
  await done;
  expect(state.closed).toBe(1);
});

test('nobody who counts is told, and looked for again', async () => {
  const { told, state, end, done } = followed(new CommandFailure('no controller can be asked: contour/one is Contour'));
  await eventually(() => expect(state.opened).toBe(1));
  state.failure = null;
  await eventually(() => expect(state.opened).toBe(2));
  expect(told).toEqual([{ type: 'unavailable', reason: 'no controller can be asked: contour/one is Contour' }]);
  end.abort();
  await done;
});
