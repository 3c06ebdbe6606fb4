import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { createLog } from '../../controller/log.ts';
import { main } from '../../controller/main.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { connect } from '../protocol/grpc-client.ts';
import { eventually } from '../support/eventually.ts';
import { runMain } from './run-main.ts';

const folder = mkdtempSync(join(tmpdir(), 'contour-main-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...argv: readonly string[]) => runMain(argv);

test.each([[[]], [['--help']], [['-h']], [['help']]])('contour %j lists the commands', async (argv) => {
  expect(await run(...argv)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /serve .*\n.*dev .*\n.*bootstrap .*\n.*envoy .*\n.*certgen .*\n.*version /,
    ) as unknown,
    stderr: '',
  });
});

test('help of each command names its flags', async () => {
  expect((await run('serve', '--help')).stdout).toContain('--envoy-service-http-port PORT');
  expect((await run('certgen', '--help')).stdout).toMatch(/--secrets-name-suffix TEXT +Added to the Secrets' names\n/);
  expect((await run('dev', '--help')).stdout).toMatch(/--backend NS\/SERVICE\[:PORT\]=HOST:PORT[^]*exit code 130/);
});

test('version is one line', async () => {
  expect(await run('version')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^v\d+\.\d+\.\d+\S*\n$/) as unknown,
  });
});

test.each([
  [['nonsense'], 'there is no command "nonsense"'],
  [['serve', '--insecure'], '--manifests'],
  [['serve', '--manifests', folder], '--insecure'],
  [['dev'], '-f PATH'],
  [['dev', '-f', folder, '--http-port', 'x'], '--http-port'],
  [['dev', '-f', folder, '--http-port', '9', '--https-port', '9'], 'given twice'],
])('%j is one line on stderr and exit code 1', async (argv, message) => {
  const { code, stdout, stderr } = await run(...argv);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  expect(stderr).toContain(message);
});

test.each([
  [{}, 'with --http-port\n'],
  [{ CONTOUR_DEV_STARTED_BY: 'npm start' }, 'with PORT_HTTP=PORT npm start\n'],
])('a taken port names what sets it: %j', async (env, end) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await runMain(['dev', '-f', folder, '--http-port', `${port}`], env);
  server.close();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(`^error: port ${port} .*${end}$`) as unknown,
  });
});

test('files of the xDS certificate that are none are one clear line that quotes none of them', async () => {
  const junk = join(folder, 'junk.pem');
  writeFileSync(junk, 'MARKER');
  const flags = ['--contour-cafile', junk, '--contour-cert-file', junk, '--contour-key-file', junk];
  const bad = await run('serve', '--manifests', folder, ...flags);
  expect(bad.stderr).toMatch(/^error: the pair of .*junk\.pem holds no CERTIFICATE[^\n]*\n$/);
  expect(bad.stderr).not.toContain('MARKER');
  const missing = await run('serve', '--manifests', folder, ...flags.with(1, '/nowhere/ca'));
  expect(missing.stderr).toBe('error: --contour-cafile names /nowhere/ca, which cannot be read (ENOENT)\n');
});

test('serve logs what is wrong with an object, and its file, line and column', async () => {
  const file = join(folder, 'wrong.yaml');
  writeFileSync(
    file,
    'apiVersion: projectcontour.io/v1\nkind: HTTPProxy\nmetadata: { name: p, namespace: shop }\nspec:\n  routs: []\n  virtualhost: { fqdn: a.test }\n',
  );
  const [stdout, stderr] = [new PassThrough({ encoding: 'utf8' }), new PassThrough({ encoding: 'utf8' })];
  const signals = new EventEmitter();
  const argv = ['serve', '--manifests', file, '--insecure', '--xds-port', '0', '--debug-http-port', '0'];
  const lines: string[] = [];
  stderr.on('data', (text: string) => {
    lines.push(text);
    if (text.includes('msg="serving"')) signals.emit('SIGTERM');
  });
  await main(argv, { stdout, stderr, env: {}, signals });
  const place = `file=${file} line=5 column=3`;
  expect(lines.find((line) => line.includes(place))).toMatch(
    /level=warning msg="spec has no field .*routs.*" object=HTTPProxy\/shop\/p reason=UnknownField/,
  );
  rmSync(file);
});

test('serve logs when an Envoy connects and when it goes', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const signals = new EventEmitter();
  const lines = createInterface(stderr)[Symbol.asyncIterator]();
  const line = async (message: string): Promise<string> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true || value.includes(`msg="${message}"`)) return value ?? '';
    }
  };
  const argv = ['serve', '--manifests', folder, '--insecure', '--xds-port', '0', '--debug-http-port', '0'];
  const ended = main(argv, { stdout, stderr, env: {}, signals });
  const client = connect((/ xds=(\S+)/.exec(await line('serving')) ?? [])[1] ?? '');
  const version = { majorNumber: 1, minorNumber: 40, patch: 2 };
  const userAgentVersionType = { $case: 'userAgentBuildVersion' as const, value: { version } };
  const stream = client.delta();
  stream.send({ node: { id: 'edge-1', cluster: 'edge', userAgentVersionType }, typeUrl: typeUrl.cluster });
  expect(await line('Envoy connected')).toMatch(/level=info .* node=edge-1 version=1\.40\.2$/);
  stream.call.end();
  expect(await line('Envoy gone')).toMatch(/level=info .* node=edge-1 version=1\.40\.2$/);
  client.close();
  signals.emit('SIGTERM');
  expect(await ended).toBe(0);
});

test('serve answers probes from elsewhere, and tells them nothing else', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const signals = new EventEmitter();
  const own = ['--insecure', '--xds-port=0', '--debug-http-port=0', '--health-port=0'];
  const ended = main(['serve', '--manifests', folder, ...own], { stdout, stderr, env: {}, signals });
  let port = '';
  for await (const line of createInterface(stderr)) {
    port = / health=(\d+)/.exec(line)?.[1] ?? '';
    if (port !== '') break;
  }
  const ask = async (page: string): Promise<readonly [number, string]> => {
    const sent = get({ host: '127.0.0.1', port, path: page, headers: { host: '10.244.0.7:8000' } });
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return [response.statusCode ?? 0, await text(response)];
  };
  expect(await ask('/healthz')).toEqual([200, 'ok\n']);
  await eventually(async () => expect(await ask('/readyz')).toEqual([200, 'ok\n']));
  for (const page of ['/', '/debug/', '/debug/routes']) expect((await ask(page))[0]).toBe(404);
  signals.emit('SIGTERM');
  expect(await ended).toBe(0);
});

test('log lines in both formats; a line break in a value makes no second line', () => {
  const written = (format: 'text' | 'json', debug: boolean): string => {
    const out = new PassThrough({ encoding: 'utf8' });
    const log = createLog({ format, debug, out, now: () => new Date(0) });
    log('info', 'two words', { object: 'shop/root', text: 'a b\n"c"', count: 2 });
    log('debug', 'more');
    return out.read() as string;
  };
  const start = 'time="1970-01-01T00:00:00.000Z" level=';
  expect(written('text', false)).toBe(`${start}info msg="two words" object=shop/root text="a b\\n\\"c\\"" count=2\n`);
  expect(written('text', true)).toContain(`${start}debug msg="more"\n`);
  expect(JSON.parse(written('json', false))).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'info',
    msg: 'two words',
    object: 'shop/root',
    text: 'a b\n"c"',
    count: 2,
  });
});
