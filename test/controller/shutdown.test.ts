import { EventEmitter, once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../controller/main.ts';
import { drain } from '../../controller/shutdown/drain.ts';
import type { AdminAnswer } from '../../controller/shutdown/envoy-admin.ts';
import { type ShutdownManager, startShutdownManager } from '../../controller/shutdown/manager.ts';
import { openConnections } from '../../controller/shutdown/open-connections.ts';
import { eventually } from '../support/eventually.ts';
import { runMain } from './run-main.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'contour-shutdown-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const page = (...counts: readonly (readonly [string, number])[]): string =>
  [
    '# TYPE envoy_http_downstream_cx_active gauge',
    ...counts.map(
      ([name, count]) => `envoy_http_downstream_cx_active{envoy_http_conn_manager_prefix="${name}"} ${count}`,
    ),
    'envoy_http_downstream_cx_total{envoy_http_conn_manager_prefix="ingress_http"} 1000',
    '',
  ].join('\n');

it('counts the connections of clients, and none of an operator or a probe', () => {
  const own = ['admin', 'envoy-admin', 'stats', 'health', 'stats-health'].map((name) => [name, 7] as const);
  expect(openConnections(page(['ingress_http', 2], ['ingress_https', 3], ...own))).toBe(5);
  expect(openConnections('')).toBe(0);
});

describe('drain', () => {
  const answered = (body: string, status = 200): AdminAnswer => ({ type: 'answered', status, body });
  const open = (count: number): AdminAnswer => answered(page(['ingress_http', count]));
  const gone: AdminAnswer = { type: 'gone' };
  const failed: AdminAnswer = { type: 'failed', reason: 'TimeoutError' };
  const options = { drainDelay: 10, checkDelay: 20, checkInterval: 30, minOpenConnections: 0 };

  /** What was done against an Envoy that answers so, in order. The last answer is repeated. */
  async function story(
    answers: readonly AdminAnswer[],
    more: Partial<typeof options> = {},
  ): Promise<readonly string[]> {
    const done: string[] = [];
    await drain(
      { ...options, ...more },
      {
        admin(method, url) {
          done.push(`${method} ${url.replace(/\?.*/, '')}`);
          const asked = done.filter((line) => !line.startsWith('wait')).length;
          return Promise.resolve(answers[Math.min(asked, answers.length) - 1] ?? gone);
        },
        wait(ms) {
          done.push(`wait ${ms}`);
          return Promise.resolve();
        },
        log: () => {},
      },
    );
    return done;
  }

  const [fail, count] = ['POST /healthcheck/fail', 'GET /stats/prometheus'];

  it('fails the health check, and counts until nobody is left', async () => {
    const told = ['wait 10', fail, 'wait 20', count, 'wait 30', count, 'wait 30', count];
    expect(await story([answered('OK'), open(2), open(1), open(0)])).toEqual(told);
  });

  it('leaves as many as it may', async () => {
    expect(await story([answered('OK'), open(5), open(3)], { minOpenConnections: 3 })).toHaveLength(6);
  });

  it.each([failed, answered('no', 503), gone])('tells Envoy four times: %j', async (trouble) => {
    const tries = [fail, 'wait 200', fail, 'wait 1000', fail, 'wait 5000', fail];
    expect((await story([trouble, trouble, trouble, answered('OK'), open(0)])).slice(1, 8)).toEqual(tries);
  });

  it('waits for nobody where there is no Envoy', async () => {
    expect((await story([gone])).at(-1)).toBe(fail);
  });

  it('watches an Envoy that did not understand, and stops when it is gone', async () => {
    const told = [count, 'wait 30', count, 'wait 30', count];
    expect((await story([failed, failed, failed, failed, open(1), failed, gone])).slice(-5)).toEqual(told);
  });
});

describe('the shutdown manager', () => {
  let manager: ShutdownManager;
  let isDrained: boolean;
  beforeEach(async () => {
    isDrained = false;
    manager = await startShutdownManager({ port: 0, isDrained: () => Promise.resolve(isDrained), pollMs: 20 });
  });
  afterEach(() => manager.close());

  const ask = (page: string, method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${manager.port}${page}`, { method, signal: AbortSignal.timeout(5_000) });

  it('is alive, and refuses what it does not know', async () => {
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/shutdown', 'POST')).status).toBe(405);
  });

  it('answers all who wait when Envoy has been drained', async () => {
    let answers = 0;
    const waiting = [1, 2, 3].map(() => ask('/shutdown').then(({ status }) => ((answers += 1), status)));
    expect((await ask('/healthz')).status).toBe(200);
    expect(answers).toBe(0);
    isDrained = true;
    expect(await Promise.all(waiting)).toEqual([200, 200, 200]);
    expect((await ask('/shutdown')).status).toBe(200);
  });

  it('answers when it is told to stop just after Envoy was drained', async () => {
    const slow = await startShutdownManager({ port: 0, isDrained: () => Promise.resolve(isDrained), pollMs: 60_000 });
    const response = fetch(`http://127.0.0.1:${slow.port}/shutdown`);
    await eventually(async () => expect((await fetch(`http://127.0.0.1:${slow.port}/healthz`)).status).toBe(200));
    isDrained = true;
    await slow.close();
    expect((await response).status).toBe(200);
  });

  it('keeps nobody waiting when it stops before', async () => {
    const outcome = ask('/shutdown').catch((error: Error) => error.message);
    await ask('/healthz');
    await manager.close();
    expect(await outcome).toBe('fetch failed');
    manager = await startShutdownManager({ port: 0, isDrained: () => Promise.resolve(isDrained), pollMs: 20 });
  });

  it('has room for others when somebody takes all they can', async () => {
    const from = { port: manager.port, host: '127.0.0.1', localAddress: '127.0.0.2' };
    const greedy = Array.from({ length: 50 }, () =>
      connect(from)
        .on('error', () => {})
        .resume(),
    );
    const left = (): number => greedy.filter(({ destroyed }) => !destroyed).length;
    await eventually(() => expect(left()).toBe(16));
    expect((await ask('/healthz')).status).toBe(200);
    for (const socket of greedy) socket.destroy();
    await eventually(async () => {
      const [response] = (await once(get({ ...from, path: '/healthz', agent: false }), 'response')) as [
        IncomingMessage,
      ];
      expect(response.resume().statusCode).toBe(200);
    });
  });
});

describe('the commands', () => {
  const admin = (): string => path.join(folder, 'admin.sock');
  const readyFile = (): string => path.join(folder, 'ok');
  const places = (): string[] => ['--admin-address', admin(), '--ready-file', readyFile()];
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** An admin interface that keeps whether it fails its health check. */
  async function fakeEnvoy(isDraining = false, open = 0) {
    const asked: string[] = [];
    const envoy = { isDraining, open, asked };
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url?.replace(/\?.*/, '')}`);
      if (request.url === '/healthcheck/fail') envoy.isDraining = true;
      if (request.url === '/healthcheck/ok') envoy.isDraining = false;
      const isCount = request.url?.startsWith('/stats/prometheus?filter=') === true;
      const body = isCount ? page(['ingress_http', envoy.open]) : envoy.isDraining ? 'DRAINING\n' : 'LIVE\n';
      response.end(body);
    }).listen(admin());
    servers.push(server);
    await once(server, 'listening');
    return envoy;
  }

  /** The manager, once it serves. */
  async function runManager(...flags: readonly string[]) {
    const [stderr, signals] = [new PassThrough({ encoding: 'utf8' }), new EventEmitter()];
    const ports = { stdout: new PassThrough(), stderr, env: {}, signals };
    const ended = main(['envoy', 'shutdown-manager', ...places(), '--serve-port', '0', ...flags], ports);
    let log = '';
    for await (const text of stderr as AsyncIterable<string>) {
      log += text;
      if (log.includes('msg="serving"')) break;
    }
    const port = Number(/ port=(\d+)/.exec(log)?.[1]);
    return { port, log, signals, ended };
  }

  it('shutdown drains and writes the file that the manager waits for', async () => {
    const envoy = await fakeEnvoy();
    const { port, signals, ended } = await runManager();
    const waiting = fetch(`http://127.0.0.1:${port}/shutdown`);
    expect((await runMain(['envoy', 'shutdown', ...places()])).code).toBe(0);
    expect(envoy.isDraining).toBe(true);
    expect(existsSync(readyFile())).toBe(true);
    signals.emit('SIGTERM');
    expect(await ended).toBe(0);
    expect((await waiting).status).toBe(200);
  });

  it('shutdown that is told to stop while clients are left stops at once, and says nothing is done', async () => {
    const envoy = await fakeEnvoy(false, 3);
    const signals = new EventEmitter();
    const flags = ['--check-interval', '1h'];
    const ended = runMain(['envoy', 'shutdown', ...places(), ...flags], {}, signals);
    await eventually(() => expect(envoy.asked).toContain('GET /stats/prometheus'));
    signals.emit('SIGTERM');
    expect((await ended).code).toBe(143);
    expect(existsSync(readyFile())).toBe(false);
  });

  it('a manager that is started again has an Envoy serve that was drained by mistake', async () => {
    const envoy = await fakeEnvoy(true);
    writeFileSync(readyFile(), '');
    const { log, signals, ended } = await runManager();
    expect(envoy.isDraining).toBe(false);
    expect(existsSync(readyFile())).toBe(false);
    expect(log).toContain('level=warning msg="Envoy was draining, and serves again"');
    signals.emit('SIGTERM');
    await ended;
  });

  it('a manager leaves an Envoy alone that serves', async () => {
    const envoy = await fakeEnvoy();
    const { signals, ended } = await runManager();
    expect(envoy.asked).toEqual(['GET /ready']);
    signals.emit('SIGTERM');
    await ended;
  });

  it('have a help', async () => {
    expect((await runMain(['envoy'])).stdout).toMatch(/shutdown-manager .*\n.*shutdown /);
    expect((await runMain(['envoy', 'shutdown', '-h'])).stdout).toMatch(
      /--check-interval DURATION .*\(default 1s\)\n.*--min-open-connections COUNT/,
    );
    expect((await runMain(['envoy', 'shutdown-manager', '-h'])).stdout).toContain('--serve-port PORT');
  });

  it('a port that is taken is named with what sets it', async () => {
    const server = createTcpServer().listen(0);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runMain(['envoy', 'shutdown-manager', ...places(), '--serve-port', `${port}`]);
    server.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: port ${port} (shutdown-manager) is already in use: choose another with --serve-port\n`,
    });
  });

  it.each([
    [['nonsense'], 'there is no command "envoy nonsense"'],
    [['shutdown', '--check-delay', '5'], '--check-delay takes a duration like 5s'],
    [['shutdown', '--check-interval', '1ms'], '--check-interval takes 100ms or more'],
    [['shutdown', '--drain-delay', '25h'], 'of at most 24h'],
    [['shutdown', '--min-open-connections', '-1'], '--min-open-connections'],
    [['shutdown', '--admin-address', 'localhost:9001'], '--admin-address takes an absolute path'],
    [['shutdown', 'word'], 'word'],
    [['shutdown-manager', '--serve-port', 'x'], '--serve-port takes a port'],
    [['shutdown-manager', '--log-format', 'x'], '--log-format takes text or json'],
    [['shutdown-manager', '--ready-file', '/dev/null/x', '--admin-address', '/nowhere'], '/dev/null/x'],
  ])('envoy %j is one line on stderr and exit code 1', async (argv, message) => {
    const { code, stdout, stderr } = await runMain(['envoy', ...argv]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
    expect(stderr).toContain(message);
  });
});
