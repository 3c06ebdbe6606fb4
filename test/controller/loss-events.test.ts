import { expect, test } from 'vitest';
import { createLossEvents } from '../../controller/status/loss-events.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError, ConnectionError } from '../../kubernetes/errors.ts';
import type { HostGraph, HostName, LostClaim } from '../../routing/graph/graph.ts';
import type { ObjectRef } from '../../routing/objects/ref.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const ref = (name: string, kind: ObjectRef['kind'] = 'HTTPProxy'): ObjectRef => ({ kind, namespace: 'shop', name });

const lost = (loser: ObjectRef, holder: ObjectRef, path?: string): LostClaim => ({
  source: { ref: loser, pointer: '' },
  holder: { ref: holder, pointer: '' },
  match: path === undefined ? null : { path: { type: 'Prefix', value: path }, headers: [], query: [] },
  reason: path === undefined ? 'DuplicateVhost' : 'PathTaken',
});

const host = (name: string, ...claims: readonly LostClaim[]): HostGraph => ({
  host: name as HostName,
  routes: [],
  secure: null,
  holder: null,
  lost: claims,
  visits: [],
});

interface SentEvent {
  readonly metadata: { readonly name: string };
  readonly note: string;
}

/** Events of a world that is set host by host; `answer` may refuse the one that is sent. */
function desk(answer: (sent: number) => Error | null = () => null) {
  const clock = createFakeClock();
  const hosts = new Map<HostName, HostGraph>();
  const names = new Set<string>();
  const sent: SentEvent[] = [];
  const lines: string[] = [];
  let requests = 0;
  const client: Pick<KubernetesClient, 'write'> = {
    async write(_path, { body }) {
      const error = answer(requests);
      requests += 1;
      if (error !== null) throw error;
      const event = body as SentEvent;
      if (names.has(event.metadata.name)) throw new ApiError(409, 'AlreadyExists', 'it is there');
      names.add(event.metadata.name);
      sent.push(event);
      return body;
    },
  };
  const events = () =>
    createLossEvents({
      client: client as KubernetesClient,
      clock,
      date: () => new Date(0),
      identity: 'contour-1_abc',
      graph: { hosts },
      stored: (key) => ({ uid: `uid of ${key}`, generation: 1, resourceVersion: '1', text: '' }),
      mayWrite: () => true,
      log: (_level, message) => void lines.push(message),
    });
  const put = (...graphs: readonly HostGraph[]): readonly HostName[] => {
    for (const graph of graphs) hosts.set(graph.host, graph);
    return graphs.map((graph) => graph.host);
  };
  return { clock, sent, lines, put, events, requests: () => requests };
}

test('a host that is held by another is one event, for its owner to see', async () => {
  const { clock, sent, put, events } = desk();
  put(host('web.example.com', lost(ref('new'), ref('old'))));
  events().start();
  await clock.advance(1_000);
  expect(sent).toEqual([
    {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace: 'shop', name: expect.stringMatching(/^new\.[0-9a-f]{16}$/) as unknown },
      eventTime: '1970-01-01T00:00:00.000000Z',
      type: 'Warning',
      reason: 'DuplicateVhost',
      action: 'Compile',
      note: 'web.example.com is held by HTTPProxy shop/old, which keeps serving it',
      regarding: {
        apiVersion: 'projectcontour.io/v1',
        kind: 'HTTPProxy',
        namespace: 'shop',
        name: 'new',
        uid: 'uid of HTTPProxy/shop/new',
      },
      related: { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxy', namespace: 'shop', name: 'old' },
      reportingController: 'contour',
      reportingInstance: 'contour-1_abc',
    },
  ]);
});

test('the paths of an Ingress are told together, and only when there are others', async () => {
  const { clock, sent, put, events } = desk();
  const [web, other] = [ref('web', 'Ingress'), ref('other', 'Ingress')];
  const told = events();
  told.start();
  const paths = ['/g', '/a', '/b', '/c', '/d', '/e', '/f'];
  const claims = paths.map((path) => lost(web, other, path));
  told.moved(put(host('h.example.com', ...claims)));
  told.moved(put(host('h.example.com', ...claims.toReversed())));
  await clock.advance(1_000);
  expect(sent.map(({ note }) => note)).toEqual([
    '/a, /b, /c, /d, /e and 2 more of h.example.com is held by Ingress shop/other, which keeps serving it',
  ]);
  told.moved(put(host('h.example.com', ...claims, lost(web, other, '/new'))));
  await clock.advance(1_000);
  expect(sent.length).toBe(2);
});

test('what an object loses to itself is no event', async () => {
  const { clock, sent, put, events } = desk();
  put(host('h.example.com', lost(ref('web'), ref('web'), '/a')));
  events().start();
  await clock.advance(1_000);
  expect(sent).toEqual([]);
});

test('what was lost, won and lost again is told again to no end but the API server’s own', async () => {
  const { clock, sent, put, events, requests } = desk();
  const told = events();
  told.start();
  for (let round = 0; round < 3; round += 1) {
    told.moved(put(host('h.example.com', lost(ref('new'), ref('old')))));
    told.moved(put(host('h.example.com')));
    await clock.advance(1_000);
  }
  expect([sent.length, requests()]).toEqual([1, 3]);
});

test('another leader, or the same process anew, tells nobody twice', async () => {
  const { clock, sent, put, events } = desk();
  put(host('h.example.com', lost(ref('new'), ref('old'))));
  for (const one of [events(), events()]) {
    one.start();
    await clock.advance(1_000);
    one.stop();
  }
  expect(sent.length).toBe(1);
});

test('thousands of losses are told slowly, and no more than there is room for', async () => {
  const { clock, sent, lines, put, events } = desk();
  put(
    ...Array.from({ length: 3_000 }, (_, index) =>
      host(`h${index}.example.com`, lost(ref(`new-${index}`), ref('old'))),
    ),
  );
  events().start();
  await clock.advance(10_000);
  expect(sent.length).toBeLessThanOrEqual(101);
  await clock.advance(200_000);
  expect(sent.length).toBeLessThanOrEqual(1_001);
  expect(lines).toEqual(['more was lost to other objects than events tell']);
});

test('nothing is told before it starts and after it stops', async () => {
  const { clock, sent, put, events } = desk();
  const told = events();
  told.moved(put(host('h.example.com', lost(ref('new'), ref('old')))));
  await clock.advance(1_000);
  told.start();
  put(host('i.example.com', lost(ref('new'), ref('old'))));
  told.stop();
  told.moved(put(host('j.example.com', lost(ref('new'), ref('old')))));
  await clock.advance(1_000);
  expect(sent.length).toBeLessThanOrEqual(1);
});

test.each([
  ['away', new ConnectionError('the API server refuses connections')],
  ['throttled', new ApiError(429, 'TooManyRequests', 'slow down', 3_000)],
  ['in trouble', new ApiError(500, 'InternalError', 'etcdserver: request timed out')],
  ['of the opinion that we may not', new ApiError(403, 'Forbidden', 'User "u" cannot create resource "events"')],
])('what could not be told while the API server was %s is told afterwards', async (_name, error) => {
  let fault: Error | null = error;
  const { clock, sent, put, events } = desk(() => fault);
  put(host('web.example.com', lost(ref('new'), ref('old'))));
  events().start();
  await clock.advance(1_000);
  expect(sent).toEqual([]);
  fault = null;
  await clock.advance(120_000);
  expect(sent.length).toBe(1);
});

test.each([
  ['would not take', new ApiError(422, 'Invalid', 'note: Too long')],
  ['takes no more of, because its namespace ends', new ApiError(403, 'Forbidden', 'it is being terminated')],
])('what the API server %s keeps no other waiting', async (_name, error) => {
  let isFirst = true;
  const { clock, sent, put, events } = desk(() => {
    const fault = isFirst ? error : null;
    isFirst = false;
    return fault;
  });
  put(host('a.example.com', lost(ref('new'), ref('old'))), host('b.example.com', lost(ref('new'), ref('old'))));
  events().start();
  await clock.advance(1_000);
  expect(sent.length).toBe(1);
});

test.each([
  ['denied', new ApiError(403, 'Forbidden', 'User "u" cannot create resource "events"')],
  ['away', new ConnectionError('the API server refuses connections')],
])('where events are %s it is said once, and they are tried seldom', async (_name, error) => {
  const { clock, lines, put, events, requests } = desk(() => error);
  put(
    ...Array.from({ length: 100 }, (_, index) => host(`h${index}.example.com`, lost(ref(`new-${index}`), ref('old')))),
  );
  events().start();
  await clock.advance(600_000);
  expect(lines.length).toBe(1);
  expect(requests()).toBeLessThanOrEqual(11);
});
