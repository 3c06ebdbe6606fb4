import { describe, expect, onTestFinished, test } from 'vitest';
import { conforms } from '../controller/conforms.ts';
import { eventually } from '../support/eventually.ts';
import { builtPlugin, cleanEnv, finished } from './built-plugin.ts';
import { debugEndpoint, reportHead } from './debug-endpoint.ts';
import { fakeApi } from './fake-api.ts';

const plugin = builtPlugin();

const url = (type: string) => `type.googleapis.com/envoy.${type}`;
const nack = {
  name: 'a.test',
  version: 'v2',
  message: 'no such \u001b[2J filter',
  at: 5,
  host: 'a.test',
  object: { kind: 'HTTPProxy', namespace: 'shop', name: 'root' },
};

interface Counts {
  readonly pending?: number;
  readonly nacks?: readonly object[];
  readonly ackedAt?: number | null;
}

function envoy(node: string, { pending = 0, nacks = [], ackedAt = null }: Counts = {}) {
  const type = (name: string, more: Counts = {}) => ({
    type: url(name),
    subscribed: '*',
    sent: 3,
    accepted: 3,
    pending: 0,
    nacks: [],
    ackedAt: name === 'Listener' ? null : ackedAt,
    ...more,
  });
  const types = [
    type('Listener'),
    type('RouteConfiguration'),
    type('ScopedRouteConfiguration', { pending, nacks, ackedAt }),
  ];
  const others = [type('Cluster'), type('ClusterLoadAssignment'), type('Secret'), type('Runtime', { pending: 0 })];
  return {
    node,
    cluster: 'contour',
    envoyVersion: '1.40.0',
    dialect: 'ads-delta',
    streams: 1,
    complete: true,
    types: [...types, ...others],
  };
}

const list = (...items: readonly object[]) => ({ ...reportHead('StreamList'), items });

describe('the Envoys', () => {
  test('are a row each, with what each kind of resource stands at', async () => {
    const endpoint = await debugEndpoint(
      list(envoy('two', { pending: 2, ackedAt: 1_795_982_400_500 }), envoy('one'), envoy('three', { nacks: [nack] }), {
        ...envoy('old'),
        types: envoy('old').types.map((type) => ({ ...type, ackedAt: undefined })),
      }),
    );
    const { code, stdout, stderr } = await plugin.run(['sync', '--debug-url', endpoint.url]);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ENVOY', 'VERSION', 'LISTENERS', 'ROUTES', 'CLUSTERS', 'ENDPOINTS', 'SECRETS', 'LAST ACK'],
      ['old', '1.40.0', 'ok', 'ok', 'ok', 'ok', 'ok', '-'],
      ['one', '1.40.0', 'ok', 'ok', 'ok', 'ok', 'ok', '-'],
      ['three', '1.40.0', 'ok', 'NACK 1', 'ok', 'ok', 'ok', '-'],
      ['two', '1.40.0', 'ok', 'behind 2', 'ok', 'ok', 'ok', '2026-11-29T20:00:00Z'],
      [''],
    ]);
    expect(stderr).toBe('three refused a.test of proxy shop/root, host a.test: no such ^[[2J filter\n');
  });

  test('JSON is what the published schema describes', async () => {
    const endpoint = await debugEndpoint(list(envoy('one', { nacks: [nack] })));
    const { stdout } = await plugin.run(['sync', '--debug-url', endpoint.url, '-o', 'json']);
    const document = JSON.parse(stdout) as object;
    conforms('sync', document);
    expect(() => conforms('sync', { ...document, items: [{}] })).toThrow('required');
    const names = await plugin.run(['sync', '--debug-url', endpoint.url, '-o', 'name']);
    expect(names.stdout).toBe('envoy/one\n');
  });

  test.each([
    [[envoy('one')], 0],
    [[envoy('one', { pending: 1 })], 1],
    [[envoy('one'), envoy('two', { nacks: [nack] })], 1],
    [[{ ...envoy('one'), complete: false }], 1],
  ])('--exit-code says whether all is accepted', async (envoys, code) => {
    const endpoint = await debugEndpoint(list(...envoys));
    const args = ['sync', '--debug-url', endpoint.url, '--exit-code', '--grace', '300ms'];
    for (const format of ['table', 'json']) expect((await plugin.run([...args, '-o', format])).code).toBe(code);
  });

  test('--exit-code waits for an Envoy that is behind', async () => {
    const endpoint = await debugEndpoint(list(envoy('one', { pending: 1 })));
    const child = plugin.start(['sync', '--debug-url', endpoint.url, '--exit-code'], { env: cleanEnv({}) });
    const end = finished(child);
    await eventually(() => expect(endpoint.asked).toContain('/debug/streams?watch=1'));
    endpoint.say(list(envoy('one')));
    expect(await end).toMatchObject({ code: 0, stderr: '' });
  });

  test('-w tells what moves, and who is gone', async () => {
    const endpoint = await debugEndpoint(list(envoy('one')));
    const child = plugin.start(['sync', '-w', '--debug-url', endpoint.url], { env: cleanEnv({}) });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += String(chunk)));
    await eventually(() => expect(text).toContain('one'));
    endpoint.say(list(envoy('one', { pending: 4 })));
    await eventually(() => expect(text).toContain('behind 4'));
    endpoint.say(list());
    await eventually(() => expect(text).toMatch(/one +gone\n$/));
    child.kill('SIGKILL');
  });

  test.each([
    ['json', (text: string) => text.match(/"type": *"\w+"/g)?.map((type) => type.replaceAll(/.*: *|"/g, ''))],
    [
      'table',
      (text: string) => text.match(/^one .*$/gm)?.map((row) => (row.includes('behind 1') ? 'MODIFIED' : 'ADDED')),
    ],
  ])('an acknowledgement alone is no event of -w -o %s', async (format, typesIn) => {
    const endpoint = await debugEndpoint(list(envoy('one', { ackedAt: 1_000 })));
    const child = plugin.start(['sync', '-w', '-o', format, '--debug-url', endpoint.url], { env: cleanEnv({}) });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += String(chunk)));
    await eventually(() => expect(typesIn(text)).toEqual(['ADDED']));
    endpoint.say(list(envoy('one', { ackedAt: 2_000 })));
    endpoint.say(list(envoy('one', { ackedAt: 3_000, pending: 1 })));
    await eventually(() => expect(typesIn(text)).toContain('MODIFIED'));
    expect(typesIn(text)).toEqual(['ADDED', 'MODIFIED']);
    child.kill('SIGKILL');
  });

  test('none is said on standard error', async () => {
    const endpoint = await debugEndpoint(list());
    expect(await plugin.run(['sync', '--debug-url', endpoint.url])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No Envoy is connected.\n',
    });
  });
});

test.each([
  [['--exit-code', '-w'], 2, '--exit-code ends and --watch does not: give one of them'],
  [['--exit-code', '--grace', 'long'], 2, '--grace takes a time such as 30s or 2m, not "long"'],
  [
    ['--debug-url', 'http://127.0.0.1:1'],
    1,
    'no list of Envoys: the controller at http://127.0.0.1:1/ refused the connection',
  ],
  [
    ['--debug-url', 'http://127.0.0.1:1', '--exit-code'],
    2,
    'no list of Envoys: the controller at http://127.0.0.1:1/ refused the connection',
  ],
  [['-o', 'dot'], 1, 'unable to match a printer suitable for the output format "dot"'],
])('%j is refused', async (args, code, message) => {
  const result = await plugin.run(['sync', ...args]);
  expect(result).toMatchObject({ code, stdout: '' });
  expect(result.stderr).toContain(`error: ${message}`);
  expect(result.stderr).not.toContain('sync -f');
});

test('where there is no controller, nobody is sent to the objects, which know no Envoys', async () => {
  const api = await fakeApi();
  onTestFinished(api.close);
  const { code, stdout, stderr } = await plugin.run(['sync', '-s', api.url]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^error: no controller can be asked: no Pod in all namespaces is labelled [^\n]+\nName one with --controller NAMESPACE\/NAME\.\n$/,
  );
});
