import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../files/edit/json-patch.ts';
import { recordOf } from '../../plugin/services/canary/record.ts';
import { type ControllerProcess, startController } from '../cluster/controller-process.ts';
import { startCountedEnvoy } from '../envoy/counted-envoy.ts';
import { startLoad } from '../envoy/load.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { finished } from './built-plugin.ts';
import { proxyOf, weightsOf } from './canary/proxies.ts';
import { runPlugin, startPlugin } from './from-sources.ts';

const crds = fileURLToPath(new URL('../../crds', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'contour-guards-'));
const admin = join(folder, 'admin');
const cleanups: (() => Promise<unknown> | void)[] = [];
let rig: Rig;
let controller: ControllerProcess;
let http: number;

/** What the canary does with its nth request: status and how long it takes, in ms. */
let behave: (nth: number) => readonly [number, number];

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'shop', ...words]);
const apply = (...objects: readonly object[]) =>
  inside(
    rig,
    ['kubectl', 'apply', '--server-side', '-f', '-'],
    objects.map((each) => JSON.stringify(each)).join('\n---\n'),
  );
const stored = async () => JSON.parse(await kubectl('get', 'httpproxy', 'web', '-o', 'json')) as JsonObject;
const weights = async () => weightsOf(await stored());

/** The API server takes no EndpointSlice that leads to loopback. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? expect.fail('no network');
}

async function startBackend(answer: (nth: number) => readonly [number, number]): Promise<number> {
  let nth = 0;
  const server = createServer((_, response) => {
    nth += 1;
    const [status, ms] = answer(nth);
    setTimeout(() => response.writeHead(status).end(), ms);
  });
  server.listen(0, ownAddress());
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function serviceOf(name: string, port: number): readonly object[] {
  const metadata = { namespace: 'shop', name };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [ownAddress()], conditions: { ready: true } }],
      ports: [{ port }],
    },
  ];
}

const run = (...more: readonly string[]): readonly string[] => [
  'canary',
  'run',
  'web',
  '--namespace=shop',
  `--debug-url=${controller.debugUrl}`,
  '--to=v2',
  '--steps=50,100',
  ...more,
];
const drive = (...more: readonly string[]) => runPlugin(run(...more), { KUBECONFIG: admin });

function load(): void {
  const tally = startLoad(http, () => ({ host: 'shop.example.com', right: () => true }), { lanes: 4 });
  onTestFinished(async () => void (await tally.stop()));
}

beforeAll(async () => {
  rig = await startRig({ name: `guards-${process.pid}`, env: process.env, say: () => {} });
  cleanups.push(() => rig.stop());
  const outside = await kubeconfigOutside(rig);
  cleanups.push(outside.close);
  writeFileSync(admin, outside.text, { mode: 0o600 });
  await inside(rig, ['kubectl', 'apply', '-f', crds]);
  await inside(rig, ['kubectl', 'wait', '--for=condition=Established', 'crd', '--all', '--timeout=20s']);
  await inside(rig, ['kubectl', 'create', 'namespace', 'shop']);
  await apply(...serviceOf('v1', await startBackend(() => [200, 1])));
  await apply(...serviceOf('v2', await startBackend((nth) => behave(nth))));
  const [first = 0, second = 0] = await freePorts(2);
  http = first;
  controller = await startController(
    `--kubeconfig=${admin}`,
    '--envoy-service-http-address=127.0.0.1',
    `--envoy-service-http-port=${first}`,
    '--envoy-service-https-address=127.0.0.1',
    `--envoy-service-https-port=${second}`,
  );
  cleanups.push(() => controller.kill('SIGTERM'));
  for (const id of [1, 2]) cleanups.push((await startCountedEnvoy(folder, id, controller.xdsPort)).stop);
}, 120_000);

beforeEach(async () => {
  behave = () => [200, 1];
  await inside(rig, ['kubectl', 'delete', 'httpproxies', '--all', '-n', 'shop']);
  await apply(proxyOf('/ v1'));
  await eventually(async () => {
    const rows = await (await fetch(`${controller.debugUrl}/debug/routes?host=shop.example.com`)).text();
    expect(rows).toContain('"programmed":{"envoys":2,"of":2}');
  });
});

afterAll(async () => {
  for (const end of cleanups.reverse()) await end();
  rmSync(folder, { recursive: true });
});

it('a canary that does well takes its steps; before anybody asks it stays, and says so', async () => {
  const child = startPlugin(run('--interval=1s', '--max-5xx=1%', '--min-requests=30'), { KUBECONFIG: admin });
  const result = finished(child);
  await eventually(async () => expect(recordOf(await stored())).toMatchObject({ run: { interval: '1s' } }));
  const { run: begun } = recordOf(await stored()) as { readonly run: { readonly next: string } };
  await eventually(async () => {
    const { run: now } = recordOf(await stored()) as { readonly run: { readonly next: string } };
    expect(Date.parse(now.next)).toBeGreaterThan(Date.parse(begun.next));
  });
  expect(await weights()).toEqual(['v1=50 v2=50']);
  load();
  const { code, stderr, stdout } = await result;
  expect(stderr).toContain('Note: only 0 of 30 requests were counted; staying for another 1s\n');
  expect(stdout).toContain('v2:80 50% -> 100%');
  expect(code).toBe(0);
  expect(await weights()).toEqual(['v1=0 v2=100']);
  expect(recordOf(await stored())).toMatchObject({ run: null });
});

it('one that fails 5 % of its requests is put back, and it exits 1', async () => {
  behave = (nth) => [nth % 20 === 0 ? 500 : 200, 1];
  load();
  const { code, stderr, stdout } = await drive('--interval=3s', '--max-5xx=1%', '--min-requests=100');
  expect(stderr).toMatch(/^error: aborted: [345](\.[0-9]+)?% of [0-9]+ requests were answered 5xx: more than 1%\n$/m);
  expect(stdout).toMatch(/ abort {2}.*v1:80 50% -> 100%/);
  expect(code).toBe(1);
  expect(await weights()).toEqual(['v1']);
  expect(recordOf(await stored())).toBeNull();
});

it('one that is slow is put back', async () => {
  behave = (nth) => [200, nth % 10 === 0 ? 500 : 1];
  load();
  const { code, stderr } = await drive('--interval=8s', '--max-p99=250ms', '--min-requests=50');
  const [, ms] = /aborted: 1% of [0-9]+ requests took longer than ([0-9.]+)ms: more than 250ms\n/.exec(stderr) ?? [];
  expect(Number(ms)).toBeGreaterThanOrEqual(490);
  expect(code).toBe(1);
  expect(await weights()).toEqual(['v1']);
});

it('where nobody counts nothing is changed', async () => {
  const args = ['canary', 'run', 'web', '-n', 'shop', '--to=v2', '--steps=50,100', '--max-5xx=1%'];
  const { code, stderr } = await runPlugin(args, { KUBECONFIG: admin });
  expect(stderr).toMatch(
    /^error: --max-5xx and --max-p99 need what the Envoys count, and no controller can be asked: /,
  );
  expect(stderr).toContain('Nothing was changed.\n');
  expect(code).toBe(1);
  expect(await weights()).toEqual(['v1']);
});
