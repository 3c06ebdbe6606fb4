import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { builtPlugin } from './built-plugin.ts';
import { type FakeApi, fakeApi, kubeconfig, proxy, sendStatus } from './fake-api.ts';

const plugin = builtPlugin();
const folder = mkdtempSync(join(tmpdir(), 'contour-connection-'));
const proxies = '/apis/projectcontour.io/v1/httpproxies';
let api: FakeApi;
let files = 0;

beforeEach(async () => {
  api = await fakeApi();
  api.lists.set(proxies, [proxy('shop', 'web', 'shop.example.com'), proxy('blog', 'web', 'blog.example.com')]);
});
afterEach(() => api.close());
afterAll(() => rmSync(folder, { recursive: true }));

function write(text: string, mode = 0o600): string {
  files += 1;
  const file = join(folder, `file-${files}`);
  writeFileSync(file, text, { mode });
  return file;
}

/** Without a home, so that no kubeconfig of the machine is found. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return plugin.run(args, { env: { HOME: folder, ...env } });
}

const config = (user: object = {}, namespace?: string) => write(kubeconfig(api.url, user, namespace));
const hosts = (stdout: string): readonly string[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/ .*/, ''));

describe('which cluster', () => {
  test('that of KUBECONFIG, whose files are merged, and missing ones left out', async () => {
    const one = write(JSON.stringify({ 'current-context': 'one' }));
    const { code, stdout } = await run(['routes', '-A', '--no-headers'], {
      KUBECONFIG: ['/nowhere/config', one, config()].join(':'),
    });
    expect({ code, hosts: hosts(stdout) }).toEqual({ code: 0, hosts: ['blog.example.com', 'shop.example.com'] });
  });

  test('that of --kubeconfig, whatever the environment says, and flags before the command', async () => {
    const { code } = await run(['--kubeconfig', config(), '-n', 'shop', 'routes'], { KUBECONFIG: '/nowhere/config' });
    expect(code).toBe(0);
  });

  test('that of --server, which needs no kubeconfig', async () => {
    expect(await run(['routes', '-A', '-s', api.url, '--token', 'secret-token'])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(api.asked[0]?.headers.authorization).toBe('Bearer secret-token');
  });

  test('none: the controller of this machine is asked', async () => {
    const { code, stderr } = await run(['routes'], { KUBECTL_CONTOUR_DEBUG_URL: 'http://127.0.0.1:1' });
    expect({ code, asked: api.asked }).toEqual({ code: 1, asked: [] });
    expect(stderr).toContain('the controller at http://127.0.0.1:1/ refused');
    const without = await run(['routes', '--color=never'], { KUBECONFIG: write('{"apiVersion": "v1"}') });
    // Who answers there, if anybody, is up to this machine.
    expect(without.stderr).not.toContain('current-context');
  });

  test('the address of a controller in the environment, unless a flag names a cluster', async () => {
    const env = { KUBECTL_CONTOUR_DEBUG_URL: 'http://127.0.0.1:1', KUBECONFIG: config() };
    expect((await run(['routes', '-A'], env)).stderr).toContain('http://127.0.0.1:1/ refused');
    expect((await run(['routes', '-A', '--context', 'one'], env)).code).toBe(0);
  });

  test('files win over all of them', async () => {
    expect((await run(['routes', '-f', '-'], { KUBECONFIG: config() })).code).toBe(0);
    expect(api.asked).toEqual([]);
  });
});

describe('who asks, and how', () => {
  const header = (name: string) => api.asked[0]?.headers[name];

  test('as somebody else, with groups, a UID and extras', async () => {
    const who = ['--as=jane', '--as-uid=7', '--as-group=a,b', '--as-group=c', '--as-user-extra=x.io/Y=1'];
    expect((await run(['routes', '-A', ...who, '--as-user-extra=x.io/Y=2'], { KUBECONFIG: config() })).code).toBe(0);
    const { rawHeaders = [] } = api.asked[0] ?? {};
    const pairs = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 && name.toLowerCase().startsWith('impersonate') ? [`${name}: ${rawHeaders[index + 1]}`] : [],
    );
    expect(pairs.toSorted()).toEqual([
      'Impersonate-Extra-x.io%2Fy: 1',
      'Impersonate-Extra-x.io%2Fy: 2',
      'Impersonate-Group: a,b',
      'Impersonate-Group: c',
      'Impersonate-Uid: 7',
      'Impersonate-User: jane',
    ]);
  });

  test('under a name of our own, and compressed unless it is told not to', async () => {
    const env = { KUBECONFIG: config() };
    expect((await run(['routes', '-A'], env)).stdout).toContain('shop.example.com');
    expect(header('user-agent')).toMatch(/^kubectl-contour\/[0-9.]+ \([a-z]+\/[a-z0-9]+\)$/);
    expect(header('accept-encoding')).toBe('gzip');
    api.asked.splice(0);
    expect((await run(['routes', '-A', '--disable-compression'], env)).stdout).toContain('shop.example.com');
    expect(header('accept-encoding')).toBeUndefined();
  });

  test('--token and --username stand in for what the kubeconfig has', async () => {
    const plugged = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/nowhere' } };
    expect((await run(['routes', '-A', '--token=t'], { KUBECONFIG: config(plugged) })).code).toBe(0);
    api.asked.splice(0);
    await run(['routes', '-A', '--username=u', '--password=p'], { KUBECONFIG: config({ token: 'x' }) });
    expect(header('authorization')).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  test('a credential plugin is told of the cluster, and speaks to the person', async () => {
    const script = write(
      `#!/bin/sh\necho "log in" >&2\nprintf '{"status":{"token":"%s"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | base64 -w0)"\n`,
      0o700,
    );
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: script, provideClusterInfo: true };
    const { stderr } = await run(['routes', '-A'], { KUBECONFIG: config({ exec }) });
    expect(stderr).toContain('log in');
    const info = Buffer.from(String(header('authorization')).slice('Bearer '.length), 'base64').toString();
    expect(JSON.parse(info)).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: api.url } },
    });
  });

  test('a credential plugin that has to ask somebody, and one that is missing with its hint', async () => {
    const asks = { apiVersion: 'client.authentication.k8s.io/v1', command: 'true', interactiveMode: 'Always' };
    const asking = await run(['routes'], { KUBECONFIG: config({ exec: asks }) });
    expect(asking).toMatchObject({ code: 1, stdout: '' });
    expect(asking.stderr).toBe(
      'error: the credential plugin "true" of user "one" has to ask somebody, and standard input is no terminal\n',
    );
    const exec = { ...asks, interactiveMode: 'Never', command: '/nowhere', installHint: 'Get it\nfrom X.' };
    const missing = await run(['routes'], { KUBECONFIG: config({ exec }) });
    expect(missing.stderr).toBe(
      'error: the credential plugin "/nowhere" of user "one" was not found: Get it from X.\n',
    );
  });

  test('through the proxy of the environment, unless it is told not to', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(502).end();
    }).on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const inner = connect(Number(new URL(api.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
      });
      inner.pipe(socket).pipe(inner);
      inner.on('error', () => socket.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => server.close().closeAllConnections());
    const HTTP_PROXY = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const KUBECONFIG = write(kubeconfig('http://cluster.example:8080'));
    await run(['routes', '-A'], { KUBECONFIG, HTTP_PROXY });
    expect(asked[0]).toContain('cluster.example:8080');
    asked.splice(0);
    await run(['routes', '-A'], { KUBECONFIG, HTTP_PROXY, NO_PROXY: '.example' });
    await run(['routes', '-A'], { KUBECONFIG: config(), HTTP_PROXY });
    expect(asked).toEqual([]);
  });
});

describe('what the API server says beside its answer', () => {
  beforeEach(() => {
    api.answers.set(proxies, (response) => {
      response.setHeader('warning', ['299 - "old \\"thing\\""', '299 - "old \\"thing\\""']);
      const list = { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxyList', metadata: { resourceVersion: '1' } };
      response.end(JSON.stringify({ ...list, items: [proxy('shop', 'web', 'shop.example.com')] }));
    });
  });

  test('a warning is said once, and is an error where it is to be', async () => {
    const env = { KUBECONFIG: config() };
    const said = 'Warning: old "thing"\n';
    expect(await run(['routes', '-A'], env)).toMatchObject({ code: 0, stderr: said });
    const strict = await run(['routes', '-A', '--warnings-as-errors'], env);
    expect(strict).toMatchObject({ code: 1, stderr: `${said}error: 1 warning received\n` });
    expect(strict.stdout).toContain('shop.example.com');
  });

  test('-v=6 tells requests, and no secret', async () => {
    const { stderr } = await run(['routes', '-A', '-v=6', '--token=MARKER'], { KUBECONFIG: config() });
    expect(stderr).toMatch(
      /^GET http:\/\/127\.0\.0\.1:[0-9]+\/api\/v1\/services\?limit=500 200 in [0-9]+ milliseconds$/m,
    );
    expect(stderr).not.toContain('MARKER');
  });
});

describe('faults', () => {
  const otherServer = '; --context, --kubeconfig and --server name another one\n';
  const named = (text: string) => write(text);

  test.each<readonly [string, () => readonly string[], string | RegExp]>([
    ['a kubeconfig that is missing', () => ['--kubeconfig=/nowhere'], 'error: /nowhere cannot be read (ENOENT)\n'],
    ['a kubeconfig that is none', () => ['--kubeconfig', named('{]')], /^error: .* is no kubeconfig\n$/],
    ['a context that is not there', () => ['--kubeconfig', config(), '--context=x'], /the context "x" is not in /],
    ['a cluster that is not there', () => ['--kubeconfig', config(), '--cluster=x'], /the cluster "x" is not in /],
    ['a user that is not there', () => ['--kubeconfig', config(), '--user=x'], /the user "x" is not in /],
    [
      'a server where nobody is',
      () => ['-s', 'http://127.0.0.1:1'],
      `error: http://127.0.0.1:1: the API server refuses connections${otherServer}`,
    ],
    ['a group and nobody to be', () => ['--kubeconfig', config(), '--as-group=x'], /give --as too\n/],
    ['an extra without a value', () => ['--kubeconfig', config(), '--as=a', '--as-user-extra=x'], /takes KEY=VALUE/],
    ['a time without sense', () => ['--kubeconfig', config(), '--request-timeout=soon'], /such as 1s, 2m or 3h/],
    ['a verbosity without sense', () => ['--kubeconfig', config(), '-v=x'], /-v takes a number/],
    [
      'a source without sense',
      () => ['--kubeconfig', config(), '--from=x'],
      /--from is auto, controller, api or envoy\[=POD\], not "x"/,
    ],
    [
      'an Envoy without a name',
      () => ['--kubeconfig', config(), '--from=envoy='],
      /takes envoy=POD or envoy=NAMESPACE\/POD/,
    ],
    [
      'an Envoy that is to be followed',
      () => ['--kubeconfig', config(), '--from=envoy', '-w'],
      /^error: an Envoy does not say when its routes move: follow the controller, with --from=controller\n/,
    ],
    [
      'claims that an Envoy is asked for',
      () => ['--kubeconfig', config(), '--from=envoy', '--invalid'],
      'error: --invalid shows claims that lost, of which an Envoy knows nothing: leave out --from\n',
    ],
    ['an Envoy and a controller', () => ['--from=envoy', '--controller=a/b'], /and --from=envoy asks Envoys: give one/],
    ['files and an Envoy', () => ['-f', '-', '--from=envoy'], /-f reads files/],
    ['a controller without a name', () => ['--kubeconfig', config(), '--controller=x'], /takes NAMESPACE\/NAME/],
    [
      'a selector of files',
      () => ['-f', named('{}'), '-l', 'a=b'],
      'error: -l selects by labels, and only the API server knows them: ask a cluster\n',
    ],
    ['two sources', () => ['-f', '-', '--from=api'], /-f reads files/],
  ])('%s: one line, what to do about it, and 1', async (_name, flags, expected) => {
    const { code, stdout, stderr } = await run(['routes', ...flags()]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    if (typeof expected === 'string') expect(stderr).toBe(expected);
    else expect(stderr).toMatch(expected);
    expect(stderr).not.toContain('    at ');
  });

  test.each([
    ['tree', 'an Envoy knows routes, and not which object includes which', 1],
    ['status', 'an Envoy knows routes, and not whether an object is valid', 1],
    ['sync', 'an Envoy knows routes and nothing else', 1],
  ])('%s of an Envoy: one line that says why and what to use', async (command, why, exit) => {
    const { code, stdout, stderr } = await run([command, '--from=envoy=a/b', '--kubeconfig', config()]);
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    const [first, second, ...others] = stderr.split('\n');
    expect(first).toBe(
      `error: ${why}: leave out --from, or see its routes with kubectl contour routes --from=envoy=a/b`,
    );
    expect([second, others]).toEqual([`See 'kubectl contour ${command} --help' for usage.`, ['']]);
  });

  test('a request that takes too long', async () => {
    api.answers.set('*', () => {});
    const { code, stderr } = await run(['routes', '--request-timeout=300ms'], { KUBECONFIG: config() });
    expect(code).toBe(1);
    expect(stderr).toBe(`error: ${api.url}: the API server did not answer within 0.3 s${otherServer}`);
  });

  test('who we are is refused', async () => {
    api.answers.set('*', (response) => sendStatus(response, 401, 'Unauthorized', 'Unauthorized'));
    const { code, stderr } = await run(['routes'], { KUBECONFIG: config() });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'Error from server (Unauthorized): Unauthorized\nLog in again, or choose another --context or --user.\n',
    });
    const json = await run(['routes', '--error-format=json'], { KUBECONFIG: config() });
    expect(JSON.parse(json.stderr)).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
  });
});
