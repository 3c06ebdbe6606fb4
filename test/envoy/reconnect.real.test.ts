import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EchoListener, openEcho } from '../../controller/dev/echo.ts';
import { startEnvoy, type EnvoyProcess } from '../../controller/dev/envoy-process.ts';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { contourBin } from '../support/contour-dev.ts';
import { testEnvoy } from '../support/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { askAdmin } from './admin.ts';
import { startLoad } from './load.ts';
import { listOf, proxy, service, slice } from './manifests.ts';
import { askRaw } from './raw-request.ts';

const hosts = Array.from({ length: 200 }, (_, index) => `host-${index}.example.com`);

let folder: string;
let echo: EchoListener;
let envoy: EnvoyProcess;
let controller: ChildProcess;
let ports: { readonly xds: number; readonly debug: number; readonly http: number; readonly https: number };

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-reconnect-'));
  const [xds = 0, debug = 0, http = 0, https = 0] = await freePorts(4);
  ports = { xds, debug, http, https };
  echo = await openEcho({ namespace: 'shop', service: 'shop', port: 80 });
  writeFileSync(path.join(folder, 'shop.json'), listOf(service('shop'), slice('shop', echo.port)));
  for (const host of hosts) writeFileSync(path.join(folder, `${host}.json`), listOf(proxy(host, 'shop')));
  const config = path.join(folder, '.envoy.bootstrap');
  const place = { host: '127.0.0.1', port: xds };
  writeFileSync(config, JSON.stringify(bootstrap({ xds: place, admin: { path: path.join(folder, '.admin') } })));
  controller = startController();
  envoy = startEnvoy({ binary: await testEnvoy(), config, say: () => {}, hasConnected: () => false, pauses: [] });
  await connected();
});

afterAll(async () => {
  await envoy.stop();
  await kill();
  await echo.close();
  rmSync(folder, { recursive: true });
});

function startController(): ChildProcess {
  const local = (name: string, port: number) => [`--${name}-address`, '127.0.0.1', `--${name}-port`, `${port}`];
  const flags = [
    '--manifests',
    folder,
    '--insecure',
    ...local('xds', ports.xds),
    ...local('debug-http', ports.debug),
    ...local('envoy-service-http', ports.http),
    ...local('envoy-service-https', ports.https),
  ];
  return spawn(process.execPath, [contourBin, 'serve', ...flags], { stdio: 'ignore' });
}

/** As a crash would end it: with no word to anyone. */
async function kill(): Promise<void> {
  const ended = once(controller, 'exit');
  controller.kill('SIGKILL');
  await ended;
}

/** Resolves when Envoy has told this controller what it runs, and has nothing more to get. */
function connected(): Promise<void> {
  return eventually(async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.debug}/debug/streams`);
    const { items } = (await answer.json()) as {
      items: readonly { complete: boolean; types: readonly { pending: number; accepted: number; type: string }[] }[];
    };
    const [one] = items;
    expect(one?.complete).toBe(true);
    expect(one?.types.filter(({ pending }) => pending > 0)).toEqual([]);
    expect(one?.types.find(({ type }) => type.endsWith('ScopedRouteConfiguration'))?.accepted).toBe(hosts.length);
  }, 30_000);
}

/** How many responses Envoy has taken so far, by what it asked for. */
async function updates(): Promise<string> {
  return askAdmin(path.join(folder, '.admin'), '/stats?filter=update_(success|rejected)');
}

it('a controller that dies and comes back is noticed by nobody, and sends nothing', async () => {
  const before = await updates();
  expect(before).toMatch(/scoped_rds.*update_success: [1-9]/);
  let turn = 0;
  const next = () => ({ host: hosts[(turn += 1) % hosts.length] as string, right: (status: number) => status === 200 });
  const load = startLoad(ports.http, next);
  for (let restart = 0; restart < 5; restart += 1) {
    await kill();
    // One that dies while it starts must not have told anyone of half a world.
    controller = startController();
    await sleep(60 + 80 * restart);
    await kill();
    controller = startController();
    await connected();
  }
  const { requests, failures, cut } = await load.stop();
  expect({ failures, cut }).toEqual({ failures: [], cut: 0 });
  expect(requests).toBeGreaterThan(100);
  expect(await updates()).toBe(before);
});

it('what changed while it was away, and only that, is sent when it is back', async () => {
  const before = await updates();
  await kill();
  writeFileSync(path.join(folder, 'host-0.example.com.json'), listOf(proxy('host-0.example.com', null)));
  rmSync(path.join(folder, 'host-1.example.com.json'));
  hosts.splice(1, 1);
  controller = startController();
  await connected();
  expect(await statusAndBody('host-0.example.com')).toEqual([200, 'said']);
  expect((await statusAndBody('host-1.example.com'))[0]).toBe(404);
  expect((await statusAndBody('host-2.example.com'))[0]).toBe(200);
  const moved = (await updates()).split('\n').filter((line) => !before.includes(line));
  expect(moved.map((line) => line.split('.').at(-2))).toEqual(['ingress_http']);
});

async function statusAndBody(host: string): Promise<readonly [number, string]> {
  const { status, body } = await askRaw({ port: ports.http, host, path: '/' });
  return [status, body];
}
