import type { ChildProcess } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { conforms } from '../controller/conforms.ts';
import { eventually } from '../support/eventually.ts';
import { builtPlugin, cleanEnv, finished } from './built-plugin.ts';

const plugin = builtPlugin();

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A debug endpoint that answers what the test wants. */
let server: Server;
let asked: string[];
let answer: Answer;
let url: string;

beforeEach(async () => {
  asked = [];
  answer = (_, response) => void response.end(JSON.stringify(table('a.example.com')));
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function item(host: string, backend = 'web', programmed = { envoys: 2, of: 3 }) {
  const source = {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    namespace: 'shop',
    name: 'root',
    pointer: '/spec/routes/0',
  };
  const backends = [
    { namespace: 'shop', name: backend, port: 80, weight: null, percent: 100, endpoints: { ready: 1, total: 2 } },
  ];
  return {
    host,
    listener: 'http',
    order: 1,
    match: { method: null, path: { type: 'Prefix', value: '/' }, headers: [], query: [] },
    action: { type: 'Forward', backends, mirror: null },
    policies: {},
    source,
    via: [],
    status: { valid: true, verified: true, reasons: [] },
    programmed,
    somethingNew: 'ignored',
  };
}

function table(...hosts: readonly string[]) {
  return tableOf(hosts.map((host) => item(host)));
}

function tableOf(items: readonly unknown[]) {
  const source = { from: 'controller', version: '9.8.7', directory: 'manifests' };
  return { apiVersion: 'cli.kubectl-contour.io/v1', kind: 'RouteTable', source, items, faults: [] };
}

describe('asking', () => {
  test('the table comes from --debug-url, with what each Envoy has accepted', async () => {
    const { code, stdout, stderr } = await plugin.run(['routes', '--debug-url', url, '-o', 'wide']);
    const source = `Source: the controller at ${url}/, version 9.8.7\n`;
    expect({ code, stderr }).toEqual({ code: 0, stderr: source });
    expect(stdout.split('\n')[1]).toMatch(
      /^a\.example\.com +prefix {2}\/ +shop\/web:80 +100% +1\/2 +proxy\/root #0 +valid +- +shop +\/spec\/routes\/0 +http +2\/3$/,
    );
    expect(asked).toEqual(['/debug/routes']);
  });

  test('the environment names it too, the flag wins, and files win over the environment', async () => {
    const env = { KUBECTL_CONTOUR_DEBUG_URL: url.replace('http://', '') };
    expect((await plugin.run(['routes', '-oname'], { env })).stdout).toBe('httpproxy.projectcontour.io/root\n');
    const flag = await plugin.run(['routes', '--debug-url', 'http://127.0.0.1:1'], { env });
    expect(flag.stderr).toContain('http://127.0.0.1:1/ refused');
    await plugin.run(['routes', '-f', '-'], { env });
    expect(asked).toHaveLength(1);
  });

  test('the query is the controller’s to answer', async () => {
    await plugin.run(['routes', '*.a&b', '--path', '/x y', '-n', 'shop', '--invalid', '--debug-url', `${url}/proxy/`]);
    const sent = new URL(asked[0] ?? '', url);
    expect(sent.pathname).toBe('/proxy/debug/routes');
    expect(Object.fromEntries(sent.searchParams)).toEqual({
      host: '*.a&b',
      path: '/x y',
      namespace: 'shop',
      invalid: 'true',
    });
  });

  test('-o json prints the answer, and where it came from', async () => {
    const { stdout } = await plugin.run(['routes', '--debug-url', url, '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual({
      ...table('a.example.com'),
      source: { from: 'controller', version: '9.8.7', directory: 'manifests', url: `${url}/` },
    });
  });

  test('an empty answer comes with the closest hosts', async () => {
    answer = (request, response) => {
      const hosts = request.url === '/debug/routes' ? ['a.example.com', 'b.example.com'] : [];
      response.end(JSON.stringify(table(...hosts)));
    };
    const { code, stdout, stderr } = await plugin.run(['routes', 'aa.example.com', '--debug-url', url]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe('No routes found for host "aa.example.com". Closest hosts: a.example.com, b.example.com.\n');
  });

  test('the versions of the controller and its Envoys, and what is too far apart', async () => {
    const envoy = (node: string, envoyVersion: string) => ({ node, envoyVersion, complete: true, types: [] });
    const items = [envoy('a', '1.40.0'), envoy('b', '1.40.0'), envoy('c', '1.20.1')];
    answer = (_, response) => void response.end(JSON.stringify({ ...table(), kind: 'StreamList', items }));
    const { code, stdout, stderr } = await plugin.run(['version', '--debug-url', url]);
    expect(stdout).toMatch(
      /^Client Version: v.+\nController Version: v9\.8\.7\nEnvoy Version: v1\.40\.0 \(2\)\nEnvoy Version: v1\.20\.1 \(1\)\n$/,
    );
    expect(stderr).toMatch(
      /^Warning: version difference between client \([0-9.]+\) and controller \(9\.8\.7\) exceeds [^\n]+\nWarning: the Envoy c is of version 1\.20\.1, and 1\.36 to 1\.40 are supported\n$/,
    );
    expect(code).toBe(0);
    const json = JSON.parse((await plugin.run(['version', '-o', 'json', '--debug-url', url])).stdout) as object;
    conforms('version', json);
    expect(json).toMatchObject({
      controller: { version: '9.8.7' },
      crd: null,
      envoys: [{ name: 'a', version: '1.40.0' }, { name: 'b' }, { name: 'c' }],
      skew: [{ component: 'controller' }, { component: 'envoy' }],
    });
  });

  test.each<[string, Answer, RegExp]>([
    [
      'an error',
      (_, response) => void response.writeHead(500).end(),
      /^error: no route table: the controller at .* answered with status 500\n/,
    ],
    ['something else', (_, response) => void response.end('<html>'), /^error: .* did not answer with a RouteTable/],
    [
      'another version',
      (_, response) => void response.end('{"apiVersion":"v9","kind":"RouteTable"}'),
      /^error: .* did not answer with a RouteTable/,
    ],
    [
      'half an answer',
      (_, response) => void response.write('{"a":1', () => response.destroy()),
      /^error: no route table: /,
    ],
  ])('%s is one line', async (_, given, message) => {
    answer = given;
    const { code, stdout, stderr } = await plugin.run(['routes', '--debug-url', url]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });

  test('nobody there: what was tried, and how to start one', async () => {
    const { code, stdout, stderr } = await plugin.run(['routes', '--debug-url', 'http://127.0.0.1:1']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "error: no route table: the controller at http://127.0.0.1:1/ refused the connection
      Start a controller with: contour dev -f DIR
      Read files without one:  kubectl contour routes -f DIR
      Ask another controller:  --debug-url URL or KUBECTL_CONTOUR_DEBUG_URL
      "
    `);
  });
});

describe('watching', () => {
  let streams: ServerResponse[];
  let child: ChildProcess;
  let printed: string;

  beforeEach(() => {
    streams = [];
    printed = '';
    answer = (_, response) => {
      streams.push(response);
      response.write(`${JSON.stringify(table('a.example.com'))}\n`);
    };
  });

  afterEach(() => {
    child.kill('SIGKILL');
  });

  function watch(...args: readonly string[]): void {
    child = plugin.start(['routes', '-w', '--debug-url', url, ...args], { env: cleanEnv({}) });
    child.stdout?.on('data', (chunk) => (printed += chunk));
  }

  function tell(...items: readonly unknown[]): void {
    streams.at(-1)?.write(`${JSON.stringify(tableOf(items))}\n`);
  }

  async function untilPrinted(text: string): Promise<void> {
    await eventually(() => expect(printed).toContain(text));
  }

  const hosts = (): readonly string[] =>
    printed
      .trim()
      .split('\n')
      .map((line) => line.replace(/ .*/, ''));

  test('a table, then a row for each change under the same columns', async () => {
    watch();
    await untilPrinted('a.example.com');
    tell(item('a.example.com'), item('b.example.com'));
    await untilPrinted('b.example.com');
    tell(item('a.example.com', 'new'), item('b.example.com'));
    await untilPrinted('shop/new:80');
    tell(item('b.example.com'));
    await untilPrinted('deleted');
    expect(asked).toEqual(['/debug/routes?watch=1']);
    expect(hosts()).toEqual(['HOST', 'a.example.com', 'b.example.com', 'a.example.com', 'a.example.com']);
    const columns = printed
      .trim()
      .split('\n')
      .map((line) => line.search(/OBJECT|proxy\//));
    expect(new Set(columns).size).toBe(1);
  });

  test('what the table does not show is no change', async () => {
    watch();
    await untilPrinted('a.example.com');
    tell(item('a.example.com', 'web', { envoys: 3, of: 3 }));
    tell(item('a.example.com', 'web', { envoys: 3, of: 3 }), item('z.example.com'));
    await untilPrinted('z.example.com');
    expect(hosts()).toEqual(['HOST', 'a.example.com', 'z.example.com']);
  });

  test('-o json is one event a line', async () => {
    watch('-o', 'json');
    await untilPrinted('a.example.com');
    tell(item('a.example.com', 'new'), item('b.example.com'));
    tell(item('b.example.com'));
    await untilPrinted('DELETED');
    const events = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; object: { host: string } });
    expect(events.map(({ type, object }) => `${type} ${object.host}`)).toEqual([
      'ADDED a.example.com',
      'MODIFIED a.example.com',
      'ADDED b.example.com',
      'DELETED a.example.com',
    ]);
  });

  test('a controller that goes away is waited for', async () => {
    watch();
    await untilPrinted('a.example.com');
    streams[0]?.end();
    await eventually(() => expect(streams).toHaveLength(2));
    tell(item('a.example.com'), item('later.example.com'));
    await untilPrinted('later.example.com');
    expect(hosts()).toEqual(['HOST', 'a.example.com', 'later.example.com']);
  });

  test('nobody there at first is an error', async () => {
    child = plugin.start(['routes', '-w', '--debug-url', 'http://127.0.0.1:1'], { env: cleanEnv({}) });
    const { code, stderr } = await finished(child);
    expect(code).toBe(1);
    expect(stderr).toContain('refused the connection');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it with 130 and no words', async (signal) => {
    watch();
    const end = finished(child);
    await untilPrinted('a.example.com');
    child.kill(signal);
    expect(await end).toMatchObject({ code: 130, stderr: '' });
  });

  test('a reader that leaves ends it in silence', async () => {
    watch();
    const end = new Promise((resolve) => child.on('close', resolve));
    await untilPrinted('a.example.com');
    child.stdout?.destroy();
    await pause(0);
    tell(item('b.example.com'));
    tell(item('c.example.com'));
    expect(await end).toBe(0);
  });
});
