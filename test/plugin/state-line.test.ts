import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Io } from '../../plugin/io.ts';
import { stateLine } from '../../plugin/state-line.ts';
import { temporaryDirectory } from '../files/temp-directory.ts';
import { eventually } from '../support/eventually.ts';
import { builtPlugin, cleanEnv, finished, type Finished } from './built-plugin.ts';
import { runHere } from './conventions/run-here.ts';
import { reportHead } from './debug-endpoint.ts';
import { fakeApi } from './fake-api.ts';

const plugin = builtPlugin();
const onTerminal = fileURLToPath(new URL('on-terminal.py', import.meta.url));
/** Enough on any machine. */
const PATIENT_MS = 20_000;

const objects = (...states: readonly string[]) => states.map((currentStatus) => ({ currentStatus }));
const envoys = (...complete: readonly boolean[]) =>
  complete.map((each, index) => ({ node: `${index}`, envoyVersion: '1.40.0', complete: each, types: [] }));
const routes = (count: number) => Array.from({ length: count }, () => ({ host: 'a.test' }));

/** A controller that holds what it is given; null says nothing. */
async function controller(items: Readonly<Record<string, readonly object[]>> | null) {
  const kinds = new Map([
    ['/debug/routes', 'RouteTable'],
    ['/debug/status', 'StatusReport'],
    ['/debug/streams', 'StreamList'],
  ]);
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const kind = kinds.get(url.split('?')[0] ?? '') ?? '';
    if (items !== null) response.end(JSON.stringify({ ...reportHead(kind), items: items[kind] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, env: { KUBECTL_CONTOUR_DEBUG_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } };
}

const world = (count: number, states: readonly string[], complete: readonly boolean[]) =>
  controller({ RouteTable: routes(count), StatusReport: objects(...states), StreamList: envoys(...complete) });

/** Somebody at a terminal, who must hear no error. */
function somebody(env: Io['env'], more: Partial<Io> = {}): Io {
  const unexpected = (): never => {
    throw new Error('nothing of this is to be used');
  };
  return {
    env: { HOME: '/nowhere', ...env },
    program: 'kubectl contour',
    terminal: { interactive: true, color: true },
    stdinIsTerminal: true,
    write: unexpected,
    writeError: unexpected,
    readStdin: unexpected,
    ask: unexpected,
    onInterrupt: unexpected,
    ...more,
  };
}

describe('one line of state', () => {
  test.each([
    [142, ['valid', 'invalid', 'invalid'], [true, true], '142 routes, 2 invalid, 2/2', 'status -A --invalid'],
    [1, ['valid', 'orphaned'], [true, false, true], '1 route, 0 invalid, 2/3', 'sync'],
    [0, [], [], '0 routes, 0 invalid, 0/0', 'routes -A'],
  ] as const)('%d routes, objects %j, envoys %j', async (count, states, complete, said, next) => {
    const { env } = await world(count, states, complete);
    const line = await stateLine(somebody(env), PATIENT_MS);
    expect(line).toBe(`\n${said} envoys in sync — try: kubectl contour ${next}\n`);
  });

  test.each([
    ['standard output is no terminal', {}, { terminal: { interactive: false, color: false } }],
    ['standard input is no terminal', {}, { stdinIsTerminal: false }],
    ['a build', { CI: 'true' }, {}],
    ['a dumb terminal', { TERM: 'dumb' }, {}],
  ])('nobody is asked: %s', async (_, env, more) => {
    const { asked, env: place } = await world(1, [], []);
    expect(await stateLine(somebody({ ...place, ...env }, more), PATIENT_MS)).toBe('');
    expect(asked).toEqual([]);
  });

  test('nobody is waited for', async () => {
    const { asked, env } = await controller(null);
    const line = stateLine(somebody(env), 2_000);
    await eventually(() => expect(asked.length).toBe(3), 10_000);
    expect(await line).toBe('');
  });

  test.each([
    ['nobody there', { KUBECTL_CONTOUR_DEBUG_URL: 'http://127.0.0.1:1' }],
    ['an address that is none', { KUBECTL_CONTOUR_DEBUG_URL: 'ftp://x' }],
    ['a kubeconfig that is none', { KUBECONFIG: '/nowhere/config' }],
  ])('no word of %s', async (_, env) => {
    expect(await stateLine(somebody(env), PATIENT_MS)).toBe('');
  });

  test('no word of a cluster without a controller', async () => {
    const api = await fakeApi();
    onTestFinished(api.close);
    expect(await stateLine(somebody({ KUBECONFIG: kubeconfig(api.url, {}) }), PATIENT_MS)).toBe('');
    expect(api.asked.map(({ path }) => path)).toContain('/api/v1/pods');
  });

  test('no credential plugin is run for it', async () => {
    const api = await fakeApi();
    onTestFinished(api.close);
    const mark = join(temporaryDirectory(), 'ran');
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      interactiveMode: 'IfAvailable',
      command: 'touch',
      args: [mark],
    };
    expect(await stateLine(somebody({ KUBECONFIG: kubeconfig(api.url, { exec }) }), PATIENT_MS)).toBe('');
    expect(existsSync(mark)).toBe(false);
    expect(api.asked).toEqual([]);
  });
});

function kubeconfig(server: string, user: object): string {
  const file = join(temporaryDirectory(), 'config');
  const [cluster, context] = [{ server }, { cluster: 'c', user: 'u' }];
  const config = {
    'current-context': 'x',
    clusters: [{ name: 'c', cluster }],
    contexts: [{ name: 'x', context }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

function session(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> {
  const command = [onTerminal, '200', process.execPath, plugin.file, ...args];
  const quiet = cleanEnv({ TERM: 'xterm', HOME: '/nowhere', ...env });
  return finished(spawn('python3', command, { env: quiet, timeout: 20_000 }));
}

test('the help at a terminal ends with it, and ends though nobody answers', async () => {
  const { stdout: help } = await runHere([]);
  const { env } = await world(3, ['invalid'], [true]);
  await eventually(async () => {
    const { code, stdout } = await session([], env);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${help}\n3 routes, 1 invalid, 1/1 envoys in sync — try: kubectl contour status -A --invalid\n`,
    );
  }, 20_000);

  const api = await fakeApi();
  onTestFinished(api.close);
  api.answers.set('*', () => {});
  // Without --request-timeout an answer of the API server is waited for without end.
  const { code, stdout } = await session([], { KUBECONFIG: kubeconfig(api.url, {}) });
  expect({ code, stdout }).toEqual({ code: 0, stdout: help });
}, 60_000);

test('who asks for help by name gets help alone', async () => {
  const { asked, env } = await world(3, [], [true]);
  const { stdout: help } = await runHere([]);
  for (const args of [['--help'], ['help']]) expect((await session(args, env)).stdout).toBe(help);
  expect(asked).toEqual([]);
});
