import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../kubernetes/client.ts';
import { AccessError } from '../../kubernetes/errors.ts';
import { type AccessPorts, openAccess } from '../../kubernetes/kube-config.ts';
import { noOverrides } from '../../kubernetes/overrides.ts';
import { eventually } from '../support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'contour-kubeconfig-'));
let server: Server;

beforeAll(async () => {
  server = createServer(({ headers: { authorization, ...headers } }, response) => {
    response.writeHead(authorization === 'Bearer old' ? 401 : 200);
    response.end(JSON.stringify({ ...headers, authorization }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const config = (user: object | null, rest: object = {}): string =>
  JSON.stringify({
    clusters: [{ name: 'one', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
    users: [{ name: 'one', user }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
    'current-context': 'one',
    ...rest,
  });

function open(
  text: string,
  overrides = noOverrides,
  plugins?: NonNullable<AccessPorts['plugins']>,
): () => Promise<IncomingHttpHeaders> {
  const file = join(folder, 'config');
  writeFileSync(file, text, { mode: 0o600 });
  const clocks = { now: () => performance.now(), date: () => new Date() };
  const ports = { env: process.env, ...clocks, ...(plugins === undefined ? {} : { plugins }) };
  const access = openAccess({ type: 'kubeconfig', files: [file] }, ports, overrides);
  const { get } = createClient({ access, userAgent: 'test' });
  return () => get('/', { signal: new AbortController().signal }) as Promise<IncomingHttpHeaders>;
}

test.each(['token-of-one', './token-of-one', join(folder, 'token-of-one')])(
  'a token in the file %s, which is of the folder of the kubeconfig, and is read anew when it is refused',
  async (tokenFile) => {
    writeFileSync(join(folder, 'token-of-one'), 'old\n');
    const get = open(config({ tokenFile, token: 'another' }));
    await expect(get()).rejects.toMatchObject({ status: 401 });
    writeFileSync(join(folder, 'token-of-one'), 'new\n');
    expect(await get()).toMatchObject({ authorization: 'Bearer new' });
  },
);

test('a token that is given in person stands in for one in a file', async () => {
  const get = open(config({ tokenFile: '/nowhere/token' }), { ...noOverrides, token: 'given' });
  expect(await get()).toMatchObject({ authorization: 'Bearer given' });
});

test('a token in a file that is not there is one line, and nobody is asked without it', async () => {
  await expect(open(config({ tokenFile: '/nowhere/token' }))()).rejects.toMatchObject({
    name: 'AccessError',
    message: '/nowhere/token cannot be read (ENOENT)',
  });
});

test.each(['bin/credential', './bin/credential'])('a credential plugin %s beside the kubeconfig', async (command) => {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const script = '#!/bin/sh\necho \'{"status":{"token":"of the plugin"}}\'\n';
  writeFileSync(join(folder, 'bin', 'credential'), script, { mode: 0o700 });
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command };
  expect(await open(config({ exec }))()).toMatchObject({ authorization: 'Bearer of the plugin' });
});

/** One that has ended may still have an entry, where nobody has asked what it ended with. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a credential plugin that hangs is ended with all that it has begun, and asked again', async () => {
  const [file, state] = [join(folder, 'hangs'), join(folder, 'hangs-once')];
  writeFileSync(state, '');
  const script = `#!/bin/sh\nif rm ${state} 2> /dev/null; then sleep 1000 & echo $! > ${state}-begun; wait; fi\necho '{"status":{"token":"late"}}'\n`;
  writeFileSync(file, script, { mode: 0o700 });
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: file };
  const get = open(config({ exec }), noOverrides, { interactive: false, errors: 'ignore', run: true, patienceMs: 300 });
  await expect(get()).rejects.toMatchObject({
    name: 'AccessError',
    message: `the credential plugin "${file}" of user "one" gave no answer within 0.3 s`,
  });
  const begun = Number(readFileSync(`${state}-begun`, 'utf8'));
  await eventually(() => expect(runs(begun)).toBe(false));
  expect(await get()).toMatchObject({ authorization: 'Bearer late' });
});

test('whom to act for, with all that is said of them; what a command line says stands in for all of it', async () => {
  const user = {
    token: 'abc',
    as: 'jane',
    'as-uid': '5',
    'as-groups': ['team', 'all'],
    'as-user-extra': { Scopes: ['a', 'b'] },
  };
  expect(await open(config(user))()).toMatchObject({
    'impersonate-user': 'jane',
    'impersonate-uid': '5',
    'impersonate-group': 'team, all',
    'impersonate-extra-scopes': 'a, b',
  });
  const given = { ...noOverrides, impersonate: { user: 'joe', uid: null, groups: [], extra: [] } };
  const seen = await open(config(user), given)();
  expect(Object.entries(seen).filter(([name]) => name.startsWith('impersonate'))).toEqual([
    ['impersonate-user', 'joe'],
  ]);
});

test.each([
  [
    'groups to act for, and nobody',
    { 'as-groups': ['team'] },
    /the user "one" has as-uid, as-groups or as-user-extra, and no as$/,
  ],
  [
    'an auth-provider that nobody knows',
    { 'auth-provider': { name: 'MARK' } },
    /the auth-provider "MARK" of user "one" is not known$/,
  ],
])('a user with %s is refused in one line, and never left without a name', (_name, user, message) => {
  const attempt = () => open(config(user));
  expect(attempt).toThrow(AccessError);
  expect(attempt).toThrow(message);
});

test.each([
  [
    'a context without a cluster, as `kubectl config set-context` makes it',
    { contexts: [{ name: 'other', context: { namespace: 'dev' } }] },
  ],
  ['a cluster without a server', { clusters: [{ name: 'other', cluster: { server: '' } }] }],
  [
    'entries that are none',
    { users: [null, 5, {}, { name: 'other' }], contexts: [null, { name: 5 }], clusters: ['x'] },
  ],
])('%s is no matter to other contexts', async (_name, others) => {
  const own = JSON.parse(config({ token: 'abc' })) as Record<string, unknown[]>;
  const all = Object.entries(others).map(([list, more]) => [list, [...more, ...(own[list] ?? [])]]);
  const get = open(JSON.stringify({ ...own, ...Object.fromEntries(all) }));
  expect(await get()).toMatchObject({ authorization: 'Bearer abc' });
});

test('a kubeconfig in YAML, with what its authors do there', async () => {
  const { port } = server.address() as AddressInfo;
  const get = open(`
apiVersion: v1
kind: Config
current-context: 1
shared: &shared { server: "http://127.0.0.1:${port}" }
clusters: [{ name: on, cluster: { <<: *shared } }]
contexts: [{ name: 1, context: { cluster: on, user: 2026-01-01 } }]
users:
- name: 2026-01-01
  user: { token: 12345 }
`);
  expect(await get()).toMatchObject({ authorization: 'Bearer 12345' });
});
