import { expect, test } from 'vitest';
import { createLiveWatch, type Refused } from '../../controller/dev/live.ts';
import { createReporter } from '../../controller/dev/reporter.ts';
import { curlLine } from '../../controller/dev/curl.ts';
import { parseDev } from '../../controller/dev/dev-config.ts';
import { tableLines } from '../../controller/dev/screen.ts';
import { printable } from '../../controller/printable.ts';
import type { Graph, HostName } from '../../routing/graph/graph.ts';
import type { RouteItem } from '../../routing/route-item.ts';
import { refKey } from '../../routing/objects/ref.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import { type Dialect, typeUrl, type WorldChange } from '../../xds/snapshot/resource.ts';
import { createSnapshot } from '../../xds/snapshot/snapshot.ts';
import { fakeCompiler, fakeWorld, noChange, resource } from './fakes.ts';

const host = 'shop.example.com' as HostName;
const change: WorldChange = { upserts: [resource(typeUrl.scopedRoute, host, 'v2')], removals: [] };
const told: ReadonlyMap<Dialect, WorldChange> = new Map([['ads-delta', change]]);

interface FakeEnvoy {
  accepted: string | null;
  pending: number;
  nacks: EnvoyReport['types'][number]['nacks'];
  complete: boolean;
}

function reportOf({ accepted, pending, nacks, complete }: FakeEnvoy): EnvoyReport {
  const types: EnvoyReport['types'] = [
    { type: typeUrl.scopedRoute, subscribed: '*', sent: 1, accepted: 1, pending, overdue: 0, nacks, ackedAt: null },
  ];
  return {
    node: 'one',
    cluster: 'dev',
    envoyVersion: '1.40.0',
    streams: 1,
    address: null,
    metadata: new Map(),
    dialect: 'ads-delta',
    complete,
    types,
    accepted: () => accepted,
  };
}

function liveWatch(...envoys: readonly FakeEnvoy[]) {
  const snapshot = createSnapshot();
  snapshot.apply(change);
  const live = createLiveWatch({
    envoys: () => envoys.map(reportOf),
    served: () => ({ world: fakeWorld(change), snapshot }),
  });
  return { live, snapshot };
}

const behind = (): FakeEnvoy => ({ accepted: 'v1', pending: 1, nacks: [], complete: true });

test('a change is live when every Envoy has accepted it', () => {
  const [one, two] = [behind(), behind()];
  const { live } = liveWatch(one, two);
  const answers: (readonly Refused[])[] = [];
  live.follow(told, (refused) => answers.push(refused));
  Object.assign(one, { accepted: 'v2', pending: 0 });
  live.progress();
  expect(answers).toEqual([]);
  Object.assign(two, { accepted: 'v2', pending: 0 });
  live.progress();
  live.progress();
  expect(answers).toEqual([[]]);
});

test('nothing is live where no Envoy has a whole world', () => {
  const starting = { ...behind(), accepted: 'v2', pending: 0, complete: false };
  const { live } = liveWatch(starting);
  let done = false;
  live.follow(told, () => (done = true));
  live.progress();
  expect(done).toBe(false);
  starting.complete = true;
  live.progress();
  expect(done).toBe(true);
});

test('a refusal ends the wait and is told; a superseded version is not waited for', () => {
  const one = behind();
  const { live, snapshot } = liveWatch(one);
  const answers: (readonly Refused[])[] = [];
  live.follow(told, (refused) => answers.push(refused));
  Object.assign(one, { pending: 0, nacks: [{ name: host, version: 'v2', message: 'no', at: 1 }] });
  live.progress();
  expect(answers).toEqual([[expect.objectContaining({ name: host, message: 'no' })]]);
  const next = behind();
  const later = liveWatch(next);
  later.snapshot.apply({ upserts: [resource(typeUrl.scopedRoute, host, 'v3')], removals: [] });
  let done = false;
  later.live.follow(told, () => (done = true));
  expect(done).toBe(true);
  expect(snapshot.get(typeUrl.scopedRoute, host)?.version).toBe('v2');
});

test('a removal is live when the Envoy no longer has it', () => {
  const one = behind();
  const { live } = liveWatch(one);
  let done = false;
  const removal: WorldChange = { upserts: [], removals: [{ type: typeUrl.scopedRoute, name: host }] };
  live.follow(new Map([['ads-delta', removal]]), () => (done = true));
  expect(done).toBe(false);
  Object.assign(one, { accepted: null, pending: 0 });
  live.progress();
  expect(done).toBe(true);
});

test('each edit is one line with its time to live, and what became wrong is said once, with its place', () => {
  const lines: string[] = [];
  const ref = { kind: 'HTTPProxy', namespace: 'shop', name: 'root' } as const;
  const objects = new Map();
  const graph: Graph = { ...fakeCompiler().graph, objects };
  const accepted = { accepted: 'v2', pending: 0, nacks: [], complete: true };
  const reporter = createReporter({
    graph,
    locate: (_ref, pointer) => ({ file: 'shop.yaml', line: pointer === '' ? 1 : 7, column: 3 }),
    live: liveWatch(accepted).live,
    say: (line) => lines.push(line),
    now: () => 16.24,
    timeOfDay: () => '12:03:10',
  });
  const published = { change: { ...noChange, hosts: new Set([host]) }, worlds: told, at: 10, compileMs: 1, emitMs: 1 };
  reporter.arriving(['shop.yaml']);
  reporter.published(published);
  expect(lines).toEqual([]);
  reporter.begin();
  const diagnostic = {
    subject: ref,
    pointer: '/spec/routes/0',
    type: 'ServiceError',
    reason: 'ServiceUnresolvedReference',
    message: 'Service web does not exist',
    severity: 'error',
  };
  objects.set(refKey(ref), { ref, currentStatus: 'invalid', description: 'no', diagnostics: [diagnostic] });
  reporter.arriving(['shop.yaml']);
  reporter.published({ ...published, change: { ...published.change, objects: new Set([refKey(ref)]) } });
  expect(lines).toEqual([
    '12:03:10 shop.yaml changed: 1 host live in 6.2 ms',
    'shop.yaml:7:3: error: HTTPProxy shop/root: Service web does not exist (ServiceUnresolvedReference)',
  ]);
  reporter.arriving([]);
  reporter.published({ ...published, change: noChange, worlds: new Map() });
  expect(lines.slice(2)).toEqual(['12:03:10 the input changed: nothing that Envoy serves']);
  reporter.faults([{ file: 'bad.yaml', line: 2, column: 5, message: 'does not parse', severity: 'error' }]);
  reporter.faults([]);
  reporter.faults([]);
  expect(lines.slice(3)).toEqual(['bad.yaml:2:5: error: does not parse', '12:03:10 every file can be read again']);
});

function row(path: string): RouteItem {
  return {
    host: 'shop.example.com',
    listener: 'http',
    order: 1,
    match: {
      method: null,
      path: { type: 'Prefix', value: path },
      headers: [{ name: 'x-a', type: 'Contains', value: 'b' }],
      query: [],
    },
    action: { type: 'Error', status: 503, reason: 'ServiceUnresolvedReference' },
  } as unknown as RouteItem;
}

test('the table has columns, and an end', () => {
  expect(tableLines([row('/a'), row('/longer'), row('/c')], 2)).toEqual([
    'HOST               LISTENER   MATCH                            BACKEND',
    'shop.example.com   http       prefix /a  x-a Contains b        answers 503: ServiceUnresolvedReference',
    'shop.example.com   http       prefix /longer  x-a Contains b   answers 503: ServiceUnresolvedReference',
    '… and 1 more: kubectl-contour routes',
  ]);
});

test('curl lines are safe to paste', () => {
  const ports = { http: 8080, https: 8443 };
  expect(
    curlLine({ url: new URL("http://demo.example.com/a'b?c=d"), headers: [['user-agent', "it's $(x)"]] }, ports),
  ).toBe(`curl -H 'Host: demo.example.com' -H 'user-agent: it'\\''s $(x)' 'http://127.0.0.1:8080/a'\\''b?c=d'`);
  expect(curlLine({ url: new URL('https://tls.example.com/'), headers: [] }, ports)).toBe(
    'curl -k --resolve tls.example.com:8443:127.0.0.1 https://tls.example.com:8443/',
  );
});

test('nothing from a file can command the terminal', () => {
  expect(printable('a\u001b[31m\r\u202eb\u200b')).toBe('a\\u{1b}[31m\\u{d}\\u{202e}b\\u{200b}');
  expect(printable('grün … 日本')).toBe('grün … 日本');
});

test('flags of dev', () => {
  expect(
    parseDev(['-f', 'a.yaml', 'b.yaml', '--echo', '-f', 'c', '--backend', 'n/s=h:1', '--http-port', '9000']),
  ).toMatchObject({
    paths: ['a.yaml', 'b.yaml', 'c'],
    echo: true,
    httpPort: 9000,
    httpsPort: 8443,
    debugPort: 6060,
    backends: [{ namespace: 'n', service: 's' }],
  });
  expect(parseDev(['--filename=a', 'b'])?.paths).toEqual(['a', 'b']);
  expect(parseDev(['-h'])).toBeNull();
  expect(() => parseDev([])).toThrow('-f PATH');
  expect(() => parseDev(['-f', 'a', '--echo', 'stray'])).toThrow('stray');
  expect(() => parseDev(['-f', 'a', '--backend', 'nonsense'])).toThrow('--backend takes');
});
