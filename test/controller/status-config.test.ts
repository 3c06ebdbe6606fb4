import { expect, test } from 'vitest';
import { parseServe } from '../../controller/config.ts';
import { parseDuration } from '../../controller/duration.ts';

const statusOf = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  parseServe(['--incluster', '--insecure', ...argv], env)?.cluster?.status;

test("defaults are Contour's", () => {
  expect(statusOf([])).toEqual({
    election: {
      lease: { namespace: 'projectcontour', name: 'leader-elect' },
      timing: { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 },
    },
    peers: { namespace: 'projectcontour', name: 'contour' },
    addresses: { type: 'service', namespace: 'projectcontour', name: 'envoy' },
  });
});

test('what is not named is in the namespace of the controller', () => {
  expect(statusOf([], { CONTOUR_NAMESPACE: 'infra' })).toMatchObject({
    election: { lease: { namespace: 'infra' } },
    peers: { namespace: 'infra', name: 'contour' },
    addresses: { namespace: 'infra' },
  });
  const named = ['--leader-election-resource-namespace=a', '--envoy-service-namespace=b', '--envoy-service-name=c'];
  expect(statusOf(named, { CONTOUR_NAMESPACE: 'infra' })).toMatchObject({
    election: { lease: { namespace: 'a' } },
    addresses: { namespace: 'b', name: 'c' },
  });
});

test('addresses that are given are those that are written', () => {
  expect(statusOf(['--ingress-status-address=10.0.0.1, lb.example.com,'])?.addresses).toEqual({
    type: 'fixed',
    addresses: [{ ip: '10.0.0.1' }, { hostname: 'lb.example.com' }],
  });
});

test('a controller that is alone asks nobody', () => {
  expect(statusOf(['--disable-leader-election'])).toMatchObject({ election: null, peers: null });
  const named = ['--xds-service-name=c', '--xds-service-namespace=d'];
  expect(statusOf(named)?.peers).toEqual({ namespace: 'd', name: 'c' });
});

test.each([
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5h', 5_400_000],
  ['0', 0],
  ['15', null],
  ['-1s', null],
  ['', null],
  ['1 s', null],
  ['s', null],
  ['1..5s', null],
])('%j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
