import { afterEach, expect, test } from 'vitest';
import { addressOf, type Address, planAddresses } from '../../controller/status/addresses.ts';
import { followEnvoyService } from '../../controller/status/envoy-service.ts';
import { createClient } from '../../kubernetes/client.ts';
import { systemClock } from '../../kubernetes/clock.ts';
import { defaultTiming } from '../../kubernetes/list-watch.ts';
import { eventually } from '../support/eventually.ts';
import { fakeCluster } from './fake-cluster.ts';
import { plainAccess } from '../support/plain-access.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test.each<[string, Address | null]>([
  ['10.0.0.1', { ip: '10.0.0.1' }],
  ['2001:db8::1', { ip: '2001:db8::1' }],
  ['lb.example.com', { hostname: 'lb.example.com' }],
  ['localhost', { hostname: 'localhost' }],
  ['LB.example.com', null],
  ['http://lb.example.com', null],
  ['lb.example.com:80', null],
  ['*.example.com', null],
  [`${'a'.repeat(254)}`, null],
])('%s is %j', (text, address) => {
  expect(addressOf(text)).toEqual(address);
});

const one: readonly Address[] = [{ ip: '10.0.0.1' }];

test.each<[string, unknown, readonly Address[] | null, object | null]>([
  ['what is not known is left alone', { loadBalancer: { ingress: [{ ip: '1.1.1.1' }] } }, null, null],
  ['what is missing is written', {}, one, { loadBalancer: { ingress: one } }],
  ['what is right stays', { loadBalancer: { ingress: [{ ip: '10.0.0.1', ports: [] }] } }, one, null],
  [
    'what is wrong is replaced',
    { loadBalancer: { ingress: [{ ip: '1.1.1.1' }] } },
    one,
    { loadBalancer: { ingress: one } },
  ],
  ['what was lost is taken away', { loadBalancer: { ingress: [{ hostname: 'a.b' }] } }, [], { loadBalancer: null }],
  ['none is none', { loadBalancer: {} }, [], null],
  ['nonsense is none', { loadBalancer: { ingress: [7, null, { ip: 3 }] } }, [], null],
  ['nonsense is replaced', null, one, { loadBalancer: { ingress: one } }],
])('%s', (_name, stored, wanted, patch) => {
  expect(planAddresses(stored, wanted)).toEqual(patch);
});

const service = (resourceVersion: string, ...ingress: readonly object[]) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'projectcontour', name: 'envoy', resourceVersion },
  spec: { type: 'LoadBalancer' },
  status: { loadBalancer: { ingress } },
});

test('the addresses of the one Service are followed, and none before it had any is not known', async () => {
  const cluster = await fakeCluster({ Service: [service('1')] });
  cleanups.push(cluster.close);
  const access = plainAccess(cluster.url);
  const end = new AbortController();
  cleanups.push(async () => end.abort());
  let changes = 0;
  const addresses = followEnvoyService(
    {
      client: createClient({ access, userAgent: 'test' }),
      clock: systemClock,
      timing: defaultTiming,
      namespace: 'projectcontour',
      name: 'envoy',
      log: () => {},
      changed: () => (changes += 1),
    },
    end.signal,
  );
  await eventually(() => expect(cluster.watched('Service')).toBe(true));
  expect([addresses(), changes]).toEqual([null, 0]);
  for (const request of cluster.requests)
    expect(request).toMatch(/^\/api\/v1\/namespaces\/projectcontour\/services\?.*fieldSelector=metadata\.name%3Denvoy/);
  cluster.say('Service', 'MODIFIED', service('11', { ip: '10.0.0.1' }, { hostname: 'lb.example.com' }));
  await eventually(() => expect(addresses()).toEqual([{ ip: '10.0.0.1' }, { hostname: 'lb.example.com' }]));
  cluster.say('Service', 'MODIFIED', service('12', { ip: '10.0.0.1' }, { hostname: 'lb.example.com' }));
  cluster.say('Service', 'DELETED', service('13', { ip: '10.0.0.1' }));
  await eventually(() => expect(addresses()).toEqual([]));
  expect(changes).toBe(2);
});
