import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contourBin, type ContourDev, startContourDev } from '../support/contour-dev.ts';
import { conforms } from './conforms.ts';
import { eventually } from '../support/eventually.ts';
import { ask } from '../support/request.ts';

let folder: string;
let running: ContourDev[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dev-test-'));
});

afterEach(async () => {
  await Promise.all(running.map((dev) => dev.stop()));
  running = [];
  rmSync(folder, { recursive: true, force: true });
});

async function dev(...flags: readonly string[]): Promise<ContourDev> {
  const started = await startContourDev(folder, ...flags);
  running.push(started);
  return started;
}

const service = (name: string): string => `
---
apiVersion: v1
kind: Service
metadata: { namespace: shop, name: ${name} }
spec: { ports: [{ port: 80 }] }
`;

const proxy = (backend: string, extra = ''): string => `
---
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: { namespace: shop, name: root }
spec:
  virtualhost: { fqdn: shop.example.com ${extra} }
  routes: [{ services: [{ name: ${backend}, port: 80 }] }]
`;

function write(name: string, text: string): void {
  writeFileSync(join(folder, `.${name}`), text);
  renameSync(join(folder, `.${name}`), join(folder, name));
}

const question = { url: 'http://shop.example.com/cart?item=1' };

/** Processes below this one, by their parents in /proc. */
function descendants(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name) || !existsSync(`/proc/${name}/stat`)) continue;
    const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (one: number): readonly number[] =>
    (children.get(one) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(pid);
}

/** The directory with Envoy's sockets, by the command line of a descendant. */
function privateDirectory(pids: readonly number[]): string {
  const lines = pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  return /(\/[^\0]*)\/envoy\.json/.exec(lines.join('\0'))?.[1] ?? '';
}

function isGone(pid: number): boolean {
  return !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}

test('serves, follows edits, and keeps serving through a file that does not parse', async () => {
  write('shop.yaml', proxy('web') + service('web') + service('api'));
  const stage = await dev('--echo');
  const first = await fetch(`http://127.0.0.1:${stage.httpPort}/`, { headers: {} });
  expect(first.status).toBe(404);
  expect(await ask(stage, question)).toMatchObject({ status: 200, service: 'shop/web', path: '/cart?item=1' });

  write('shop.yaml', proxy('api') + service('web') + service('api'));
  await eventually(async () => expect(await ask(stage, question)).toMatchObject({ service: 'shop/api' }));
  await eventually(() =>
    expect(stage.output()).toMatch(/\d\d:\d\d:\d\d \S*shop\.yaml changed: 1 host live in [\d.]+ ms/),
  );

  write('shop.yaml', 'a: [1\n');
  await eventually(() => expect(stage.output()).toMatch(/shop\.yaml:\d+:\d+: error: /));
  expect(await ask(stage, question)).toMatchObject({ service: 'shop/api' });
  expect(await stage.debug('/debug/routes?host=shop.example.com')).toMatchObject({
    kind: 'RouteTable',
    items: [
      {
        host: 'shop.example.com',
        programmed: { envoys: 1, of: 1 },
        source: { file: expect.stringContaining('shop.yaml') as unknown },
      },
    ],
    faults: [{ severity: 'error' }],
  });
  expect(await stage.debug('/debug/streams')).toMatchObject({ kind: 'StreamList', items: [{ complete: true }] });
});

test('every answer of a running one is as its schema says', async () => {
  write('shop.yaml', proxy('web') + service('web') + proxy('api').replace('name: root', 'name: second'));
  const stage = await dev('--echo');
  const pages = [
    ['route-table', '/debug/routes?invalid=true'],
    ['streams', '/debug/streams'],
    ['units', '/debug/units'],
    ['units', '/debug/units/host/shop.example.com'],
    ['snapshot', '/debug/snapshot'],
    ['snapshot', '/debug/snapshot?type=listener&name=ingress_http'],
    ['objects', '/debug/objects'],
  ] as const;
  for (const [schema, path] of pages) {
    const answer = (await stage.debug(path)) as { items: readonly unknown[] };
    conforms(schema, answer);
    expect(answer.items.length, path).toBeGreaterThan(0);
  }
});

test('an empty folder is ready and answers 404; the first file goes live', async () => {
  const stage = await dev('--echo');
  expect(await ask(stage, question)).toMatchObject({ status: 404 });
  write('shop.yaml', proxy('web') + service('web'));
  await eventually(async () => expect(await ask(stage, question)).toMatchObject({ service: 'shop/web' }));
});

test('without echo, and for a Service that is missing, the answer is 503', async () => {
  write('shop.yaml', proxy('web') + service('web'));
  const plain = await dev();
  expect(await ask(plain, question)).toMatchObject({ status: 503 });
  write('shop.yaml', proxy('web'));
  const echoing = await dev('--echo');
  expect(await ask(echoing, question)).toMatchObject({ status: 503 });
});

test("a slice of the user's own takes echo's place", async () => {
  const mine = createServer((_request, response) => response.end('mine')).listen(0, '127.0.0.1');
  await once(mine, 'listening');
  const { port } = mine.address() as AddressInfo;
  write('shop.yaml', proxy('web') + service('web'));
  const stage = await dev('--echo');
  expect(await ask(stage, question)).toMatchObject({ service: 'shop/web' });
  const slice = (ready: boolean): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: shop, name: mine, labels: { kubernetes.io/service-name: web } }
addressType: IPv4
ports: [{ name: "", port: ${port}, protocol: TCP }]
endpoints: [{ addresses: [127.0.0.1], conditions: { ready: ${ready} } }]
`;
  write('slice.yaml', slice(true));
  await eventually(async () => expect(await ask(stage, question)).toMatchObject({ status: 200, service: null }));
  write('slice.yaml', slice(false));
  await eventually(async () => expect(await ask(stage, question)).toMatchObject({ status: 503 }));
  rmSync(join(folder, 'slice.yaml'));
  await eventually(async () => expect(await ask(stage, question)).toMatchObject({ service: 'shop/web' }));
  mine.close();
});

test('--backend sends a Service to a real process', async () => {
  const process_ = createServer((_request, response) => response.end('real')).listen(0, '127.0.0.1');
  await once(process_, 'listening');
  const { port } = process_.address() as AddressInfo;
  write('shop.yaml', proxy('web') + service('web'));
  const stage = await dev('--echo', '--backend', `shop/web=localhost:${port}`);
  const answer = await new Promise<string>((resolve, reject) => {
    void import('node:http').then(({ get }) =>
      get({ host: '127.0.0.1', port: stage.httpPort, headers: { host: 'shop.example.com' } }, (response) => {
        response.setEncoding('utf8').on('data', resolve).on('error', reject);
      }),
    );
  });
  expect(answer).toBe('real');
  process_.close();
});

test("HTTPS answers with the manifest's certificate", async () => {
  const [crt, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const subject = ['-subj', '/CN=shop.example.com', '-addext', 'subjectAltName=DNS:shop.example.com'];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      crt,
    ],
    { stdio: 'pipe', timeout: 20_000 },
  );
  const base64 = (path: string): string => readFileSync(path).toString('base64');
  const secret = `
---
apiVersion: v1
kind: Secret
metadata: { namespace: shop, name: cert }
type: kubernetes.io/tls
data: { tls.crt: ${base64(crt)}, tls.key: ${base64(key)} }
`;
  write('shop.yaml', proxy('web', ', tls: { secretName: cert }') + service('web') + secret);
  const stage = await dev('--echo');
  const socket = connect({
    host: '127.0.0.1',
    port: stage.httpsPort,
    servername: 'shop.example.com',
    ca: readFileSync(crt),
  });
  await once(socket, 'secureConnect');
  expect(socket.getPeerCertificate().subject.CN).toBe('shop.example.com');
  socket.destroy();
  expect(await ask(stage, { url: 'https://shop.example.com/' })).toMatchObject({ status: 200, service: 'shop/web' });
  write(
    'shop.yaml',
    proxy('api', ', tls: { secretName: cert }') + service('api') + secret.replace(base64(key), base64(crt)),
  );
  const secure = { url: 'https://shop.example.com/' };
  await eventually(async () => expect(await ask(stage, secure)).toMatchObject({ status: 200, service: 'shop/api' }));
  const snapshot = JSON.stringify(await stage.debug('/debug/snapshot?type=secret&name=shop/cert'));
  expect(snapshot).toContain('[redacted]');
  expect(stage.output() + snapshot).not.toContain(readFileSync(key, 'utf8').split('\n')[1]);
});

test('kill -9 leaves no Envoy and no directory', async () => {
  const stage = await dev();
  const pids = descendants(stage.process.pid as number);
  const directory = privateDirectory(pids);
  expect(existsSync(directory)).toBe(true);
  expect(pids.some((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('envoy'))).toBe(true);
  stage.process.kill('SIGKILL');
  await once(stage.process, 'exit');
  await eventually(() => {
    expect(pids.filter((pid) => !isGone(pid))).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends everything with exit code %i', async (signal, code) => {
  const stage = await dev('--echo');
  const pids = descendants(stage.process.pid as number);
  const directory = privateDirectory(pids);
  const ended = once(stage.process, 'exit');
  stage.process.kill(signal);
  expect(await ended).toEqual([code, null]);
  expect(pids.filter((pid) => !isGone(pid))).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

test('an Envoy that dies is started again, and serves', async () => {
  write('shop.yaml', proxy('web') + service('web'));
  const stage = await dev('--echo');
  const envoy = descendants(stage.process.pid as number).find((pid) =>
    readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('envoy'),
  );
  process.kill(envoy as number, 'SIGKILL');
  await eventually(() => expect(stage.output()).toContain('starting it again'));
  await eventually(async () => expect(await ask(stage, question)).toMatchObject({ service: 'shop/web' }));
});

async function failing(...argv: readonly string[]): Promise<{ readonly code: number; readonly stderr: string }> {
  const child: ChildProcess = spawn(process.execPath, [contourBin, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (chunk) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stderr };
}

test('a port that is taken is one clear line and exit code 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, stderr } = await failing('dev', '-f', folder, '--http-port', `${port}`);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(new RegExp(`^error: port ${port} \\(http\\) is already in use[^\\n]*\\n$`)),
  ]);
  taken.close();
});

test.each([
  ['dev', '-f'],
  ['serve', '--insecure', '--xds-port=0', '--debug-http-port=0', '--manifests'],
])('%s of a missing folder is one clear line and exit code 1', async (...argv) => {
  const { code, stderr } = await failing(...argv, join(folder, 'missing'));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*missing/m);
  expect(stderr).not.toMatch(/\n {4}at /);
});

test('serve is ready without an Envoy, and SIGTERM is a clean end', async () => {
  mkdirSync(join(folder, 'inner'));
  write('shop.yaml', proxy('web') + service('web'));
  const flags = ['--manifests', folder, '--insecure', '--xds-port=0', '--debug-http-port=0', '--log-format=json'];
  const child = spawn(process.execPath, [contourBin, 'serve', ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const serving = await eventually(() => {
    const line = stderr.split('\n').find((each) => each.includes('"msg":"serving"'));
    return JSON.parse(line ?? '') as { debug: number };
  });
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${serving.debug}/readyz`)).status).toBe(200));
  const table = await (await fetch(`http://127.0.0.1:${serving.debug}/debug/routes`)).json();
  expect(table).toMatchObject({
    kind: 'RouteTable',
    items: [{ host: 'shop.example.com', programmed: { envoys: 0, of: 0 } }],
  });
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
