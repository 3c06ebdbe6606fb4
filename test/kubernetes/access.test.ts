import { readFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer as createNetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificates } from '../../controller/certgen/certificates.ts';
import { createClient } from '../../kubernetes/client.ts';
import { AccessError } from '../../kubernetes/errors.ts';
import { dialPod } from '../../kubernetes/port-forward.ts';
import { type AccessFrom, type AccessPorts, openAccess } from '../../kubernetes/kube-config.ts';
import { createAuthority, type Authority, type Identity } from '../support/authority.ts';

const folder = mkdtempSync(join(tmpdir(), 'contour-access-'));
let authority: Authority;
let client: Identity;
let server: Server;
let port: number;
const servers: { close(): unknown; closeAllConnections(): void }[] = [];

beforeAll(async () => {
  authority = createAuthority();
  const identity = authority.issue('localhost');
  client = authority.issue('operator');
  const pem = {
    key: readFileSync(identity.key),
    cert: readFileSync(identity.certificate),
    ca: readFileSync(identity.ca),
  };
  server = createServer({ ...pem, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket;
    const peer = socket.authorized ? socket.getPeerCertificate().subject.CN : null;
    const refused = request.headers.authorization === 'Bearer old';
    response.writeHead(refused ? 401 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ peer, headers: request.headers }));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  for (const each of servers.splice(0)) {
    each.closeAllConnections();
    each.close();
  }
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  authority.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
function write(text: string, mode = 0o600): string {
  files += 1;
  const file = join(folder, `file-${files}`);
  writeFileSync(file, text, { mode });
  return file;
}

interface Config {
  readonly cluster?: object;
  readonly user?: object;
  readonly name?: string;
  readonly current?: string | null;
}

function kubeconfig({ cluster = {}, user = {}, name = 'one', current = name }: Config): string {
  return JSON.stringify({
    clusters: [
      { name, cluster: { server: `https://localhost:${port}`, 'certificate-authority': client.ca, ...cluster } },
    ],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    ...(current === null ? {} : { 'current-context': current }),
  });
}

function open(from: AccessFrom, ports: Partial<AccessPorts> = {}) {
  const clocks = { now: () => performance.now(), date: () => new Date() };
  const access = openAccess(from, { env: {}, ...clocks, ...ports });
  const { get } = createClient({ access, userAgent: 'contour/0 (test)' });
  return { access, get: () => get('/path', { signal: new AbortController().signal }) };
}

const fromText = (...texts: readonly string[]) => open({ type: 'kubeconfig', files: texts.map((text) => write(text)) });

test('a client certificate, and what we call ourselves', async () => {
  const user = { 'client-certificate': client.certificate, 'client-key': client.key };
  const answer = await fromText(kubeconfig({ user })).get();
  expect(answer).toMatchObject({ peer: 'operator', headers: { 'user-agent': 'contour/0 (test)' } });
});

test('a token, and whom to act for', async () => {
  expect(await fromText(kubeconfig({ user: { token: 'abc', as: 'jane' } })).get()).toMatchObject({
    headers: { authorization: 'Bearer abc', 'impersonate-user': 'jane' },
  });
});

test('whom a kubeconfig has us act for, with all that it says of them', async () => {
  const user = { as: 'jane', 'as-uid': '7', 'as-groups': ['a', 'b'], 'as-user-extra': { 'x.io/Y': ['1', '2'] } };
  const answer = await fromText(kubeconfig({ user: { token: 'abc', ...user } })).get();
  expect(answer).toMatchObject({
    headers: {
      'impersonate-user': 'jane',
      'impersonate-uid': '7',
      'impersonate-group': 'a, b',
      'impersonate-extra-x.io%2fy': '1, 2',
    },
  });
  expect(() => fromText(kubeconfig({ user: { token: 'abc', 'as-groups': ['system:masters'] } }))).toThrow(
    new AccessError('the user "one" has as-uid, as-groups or as-user-extra, and no as'),
  );
});

test('a token in a file beside the kubeconfig, read anew when it is refused; one that is written there is for want of it', async () => {
  const beside = write('old\n');
  const tokenFile = beside.slice(folder.length + 1);
  const { get } = fromText(kubeconfig({ user: { tokenFile } }));
  await expect(get()).rejects.toMatchObject({ status: 401 });
  writeFileSync(beside, 'new\n');
  expect(await get()).toMatchObject({ headers: { authorization: 'Bearer new' } });
  expect(await fromText(kubeconfig({ user: { tokenFile, token: 'written' } })).get()).toMatchObject({
    headers: { authorization: 'Bearer new' },
  });
  expect(await fromText(kubeconfig({ user: { tokenFile: '/nowhere', token: 'written' } })).get()).toMatchObject({
    headers: { authorization: 'Bearer written' },
  });
});

test('a credential plugin, asked again when its token is refused', async () => {
  const state = write('old');
  const script = write(`#!/bin/sh\nprintf '{"status":{"token":"%s"}}' "$(cat ${state})"\n`, 0o700);
  const { get } = fromText(
    kubeconfig({ user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: script } } }),
  );
  await expect(get()).rejects.toMatchObject({ status: 401 });
  writeFileSync(state, 'new');
  expect(await get()).toMatchObject({ headers: { authorization: 'Bearer new' } });
});

test('a credential plugin beside the kubeconfig', async () => {
  const script = write(`#!/bin/sh\nprintf '{"status":{"token":"beside"}}'\n`, 0o700);
  const command = `./${script.slice(folder.length + 1)}`;
  const { get } = fromText(kubeconfig({ user: { exec: { command, interactiveMode: 'Never' } } }));
  expect(await get()).toMatchObject({ headers: { authorization: 'Bearer beside' } });
});

test("a Pod's service account, whose token is read anew when it is refused", async () => {
  const mounted = join(folder, 'mounted');
  mkdirSync(mounted);
  writeFileSync(join(mounted, 'ca.crt'), readFileSync(client.ca));
  writeFileSync(join(mounted, 'token'), 'old\n');
  const env = { KUBERNETES_SERVICE_HOST: 'localhost', KUBERNETES_SERVICE_PORT: String(port) };
  const { get } = open({ type: 'incluster' }, { env, serviceAccount: mounted });
  await expect(get()).rejects.toMatchObject({ status: 401 });
  writeFileSync(join(mounted, 'token'), 'new\n');
  expect(await get()).toMatchObject({ headers: { authorization: 'Bearer new' } });
});

test('the proxy of a cluster', async () => {
  let tunnels = 0;
  const proxy = createProxy().on('connect', (request, socket) => {
    tunnels += 1;
    const [host = '', to = ''] = (request.url ?? '').split(':');
    const inner = connect(Number(to), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    inner.pipe(socket).pipe(inner);
  });
  servers.push(proxy);
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { get } = fromText(kubeconfig({ cluster: { 'proxy-url': url }, user: { token: 'abc' } }));
  expect(await get()).toMatchObject({ headers: { authorization: 'Bearer abc' } });
  expect(tunnels).toBe(1);
});

test('plain HTTP, as kubectl proxy offers it', async () => {
  const plain = createProxy((_request, response) => response.end('{"plain":true}'));
  servers.push(plain);
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/`;
  expect(await fromText(kubeconfig({ cluster: { server: url } })).get()).toEqual({ plain: true });
});

test('the first of several files wins, and a missing one is left out', async () => {
  const one = write(kubeconfig({ name: 'one', user: { token: 'first' } }));
  const two = write(kubeconfig({ name: 'one', user: { token: 'second' } }));
  const { get } = open({ type: 'kubeconfig', files: ['/nowhere/config', one, two] });
  expect(await get()).toMatchObject({ headers: { authorization: 'Bearer first' } });
});

const key = 'MARKER';
test.each([
  // As for kubectl, it says nothing, which is not wrong.
  ['nothing', '', /has no current-context$/],
  ['a text', 'just text', /is no kubeconfig$/],
  ['no YAML', `users: [{name: a, user: {token: ${key}`, /is no kubeconfig$/],
  ['a list', '[]', /is no kubeconfig$/],
  ['no current-context', kubeconfigOf({ current: null }), /has no current-context$/],
  ['a context that is not there', kubeconfigOf({ current: 'two' }), /the current-context "two" is not in /],
  ['a cluster without a server', kubeconfigOf({ cluster: { server: '' } }), /the cluster "one" in .* has no server$/],
  [
    'an authority and no wish to verify',
    kubeconfigOf({ cluster: { 'certificate-authority-data': 'eA==', 'insecure-skip-tls-verify': true } }),
    /the cluster "one" in .* has a certificate-authority and insecure-skip-tls-verify, which contradict each other$/,
  ],
  [
    'a proxy that is no URL',
    kubeconfigOf({ cluster: { 'proxy-url': key.toLowerCase() } }),
    /the proxy-url of the cluster "one" is no http, https or socks5 URL$/,
  ],
  [
    'a proxy of another kind',
    kubeconfigOf({ cluster: { 'proxy-url': `ftp://x:${key}@host` } }),
    /the proxy-url of the cluster "one" is no http, https or socks5 URL$/,
  ],
  ['a server that is no URL', kubeconfigOf({ cluster: { server: key.toLowerCase() } }), /is no http or https URL$/],
])('a kubeconfig that holds %s is one line', (_name, text, message) => {
  const attempt = () => fromText(text);
  expect(attempt).toThrow(AccessError);
  expect(attempt).toThrow(message);
  expect(attempt).not.toThrow(/\n|MARKER/);
});

function kubeconfigOf(config: Config): string {
  const { cluster = {}, current = 'one' } = config;
  return JSON.stringify({
    clusters: [{ name: 'one', cluster: { server: 'https://localhost', ...cluster } }],
    users: [{ name: 'one', user: { token: key } }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
    ...(current === null ? {} : { 'current-context': current }),
  });
}

test('a proxy of the environment that is none is named by its variable', () => {
  const env = { HTTPS_PROXY: `ftp://x:${key}@host` };
  const clocks = { now: () => 0, date: () => new Date() };
  const files = [write(kubeconfig({ cluster: { server: 'https://api.example.com' } }))];
  expect(() => openAccess({ type: 'kubeconfig', files }, { env, ...clocks })).toThrow(
    new AccessError('HTTPS_PROXY is no http, https or socks5 URL'),
  );
});

test('a kubeconfig that is missing is one line', () => {
  expect(() => open({ type: 'kubeconfig', files: ['/nowhere/config'] })).toThrow(
    new AccessError('/nowhere/config cannot be read (ENOENT)'),
  );
});

test('several kubeconfigs of which none is there are one line, and no lack of a cluster', () => {
  expect(() => open({ type: 'kubeconfig', files: ['/nowhere/a', '/nowhere/b'] })).toThrow(
    new AccessError('none of /nowhere/a, /nowhere/b is there'),
  );
});

test('outside of a Pod there is no service account', () => {
  expect(() => open({ type: 'incluster' })).toThrow(/KUBERNETES_SERVICE_HOST is not set/);
});

test.each([
  [
    'a plugin that is missing',
    { exec: { command: '/nowhere/plugin' } },
    /"\/nowhere\/plugin" of user "one" was not found$/,
  ],
  [
    'a plugin that says something else',
    { exec: { command: 'echo', args: [key] } },
    /"echo" of user "one" gave no credential$/,
  ],
  ['a plugin that fails', { exec: { command: 'false' } }, /"false" of user "one" gave no credential$/],
  [
    'a certificate that is missing',
    { 'client-certificate': '/nowhere/crt' },
    /^\/nowhere\/crt cannot be read \(ENOENT\)$/,
  ],
  ['a token that is missing', { tokenFile: '/nowhere/token' }, /^\/nowhere\/token cannot be read \(ENOENT\)$/],
  ['a token of two lines', { token: `${key}\n${key}` }, /^the token of user "one" holds what none may$/],
  ['a certificate that is none', { 'client-certificate-data': 'TUFSS0VS' }, /of user "one" holds no certificate$/],
  [
    'a certificate without a key',
    () => ({ 'client-certificate': client.certificate }),
    /^user "one" has a client certificate and no key$/,
  ],
  [
    'a key that is none',
    () => ({ 'client-certificate': client.certificate, 'client-key-data': 'TUFSS0VS' }),
    /^the client key of user "one" is none that can be used$/,
  ],
  [
    'a key of somebody else',
    () => ({ 'client-certificate': client.certificate, 'client-key': authority.issue('stranger').key }),
    /^the client key of user "one" is not that of the certificate$/,
  ],
])('%s is one line', async (_name, given, message) => {
  const user = typeof given === 'function' ? given() : given;
  const failed = await fromText(kubeconfig({ user }))
    .get()
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(AccessError);
  expect((failed as AccessError).message).toMatch(message);
  expect((failed as AccessError).message).not.toMatch(/\n|MARKER/);
});

test('an authority that is none is named before anything is asked', async () => {
  const cluster = { 'certificate-authority': undefined, 'certificate-authority-data': 'TUFSS0VS' };
  await expect(fromText(kubeconfig({ cluster })).get()).rejects.toEqual(
    new AccessError('the certificate-authority of cluster "one" holds no certificate'),
  );
});

describe('a proxy', () => {
  /** Answers whoever connects once, where it answers at all. */
  async function proxyThat(act: (socket: Socket) => unknown): Promise<string> {
    const sockets = new Set<Socket>();
    const proxy = createNetServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      socket.once('data', () => act(socket));
    });
    servers.push({ close: () => proxy.close(), closeAllConnections: () => sockets.forEach((each) => each.destroy()) });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    return `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  }

  const through = (url: string) => fromText(kubeconfig({ cluster: { 'proxy-url': url } })).access;
  const ask = (url: string, ms = 5_000) =>
    createClient({ access: through(url), userAgent: 'contour/0 (test)', timeoutMs: ms }).get('/path', {
      signal: new AbortController().signal,
    });

  test.each([
    ['refuses', 'HTTP/1.1 403 Forbidden\r\n\r\n'],
    ['is none', 'MARKER MARKER\r\n\r\n'],
    ['says nothing and ends', ''],
  ])('that %s is a fault of the network, in a sentence', async (_, answer) => {
    for (const scheme of ['http', 'socks5']) {
      const url = `${scheme}://${await proxyThat((socket) => socket.end(answer))}`;
      const failed = await ask(url).catch((error: unknown) => error);
      expect(failed, url).toMatchObject({
        name: 'ConnectionError',
        message: `the proxy ${new URL(url).host} does not lead to the API server`,
      });
    }
  });

  test('by SOCKS', async () => {
    const url = await proxyThat((socket) => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', () => {
        const inner = connect(port, 'localhost', () => socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])));
        inner
          .pipe(socket)
          .pipe(inner)
          .on('error', () => inner.destroy());
      });
    });
    expect(await ask(`socks5://${url}`)).toMatchObject({ headers: { host: `localhost:${port}` } });
  });

  test('where nobody listens', async () => {
    await expect(ask('http://127.0.0.1:1')).rejects.toMatchObject({
      name: 'ConnectionError',
      message: 'the proxy 127.0.0.1:1 on the way to the API server cannot be reached (ECONNREFUSED)',
    });
    await expect(ask('socks5://127.0.0.1:1')).rejects.toMatchObject({ name: 'ConnectionError' });
  });

  test('that never answers costs no more than a request may take, a port-forward neither', async () => {
    for (const scheme of ['http', 'socks5']) {
      const url = `${scheme}://${await proxyThat(() => {})}`;
      await expect(ask(url, 100)).rejects.toMatchObject({ message: 'the API server did not answer within 0.1 s' });
      const target = { namespace: 'a', pod: 'b', port: 1 };
      await expect(dialPod(through(url), target, 'test', AbortSignal.timeout(100))).rejects.toBeInstanceOf(Error);
    }
  });
});

test.each([
  ['nobody listens', { server: 'https://127.0.0.1:1' }, 'the API server refuses connections'],
  ['a name that nobody knows', { server: 'https://nowhere.invalid' }, "the API server's name is not known"],
])('%s: one line', async (_name, cluster, message) => {
  await expect(fromText(kubeconfig({ cluster })).get()).rejects.toMatchObject({ name: 'ConnectionError', message });
});

test.each([
  ['an authority that is not ours', { 'certificate-authority': undefined }, 'is of an authority that is not trusted'],
  ['a certificate for another name', { 'tls-server-name': 'elsewhere' }, 'is for another name'],
])('%s is not believed', async (_name, cluster, what) => {
  const message = `the API server's certificate ${what}`;
  await expect(fromText(kubeconfig({ cluster })).get()).rejects.toMatchObject({ name: 'ConnectionError', message });
});

test('a client certificate that has expired is named before anything is asked', async () => {
  const user = { 'client-certificate': client.certificate, 'client-key': client.key };
  const files = [write(kubeconfig({ user }))];
  const { get } = open({ type: 'kubeconfig', files }, { date: () => new Date('2100-01-01') });
  const message = expect.stringMatching(/of user "one" expired on [-0-9]{10}$/) as unknown;
  await expect(get()).rejects.toMatchObject({ name: 'AccessError', message });
});

test('a client certificate that has expired is replaced by writing the kubeconfig anew', async () => {
  const pems = (identity: Identity) => ({
    'client-certificate-data': readFileSync(identity.certificate).toString('base64'),
    'client-key-data': readFileSync(identity.key).toString('base64'),
  });
  const old = await makeCertificates({ namespace: 'old', lifetimeDays: 1, now: new Date('2020-01-01') });
  const expired = {
    'client-certificate-data': Buffer.from(old.envoy.certificate).toString('base64'),
    'client-key-data': Buffer.from(old.envoy.key).toString('base64'),
  };
  const file = write(kubeconfig({ user: expired }));
  const { get } = open({ type: 'kubeconfig', files: [file] });
  await expect(get()).rejects.toThrow(/expired on 2020/);
  writeFileSync(file, 'half of i');
  await expect(get()).rejects.toThrow(/has no current-context|is no kubeconfig/);
  writeFileSync(file, kubeconfig({ user: pems(client) }));
  expect(await get()).toMatchObject({ peer: 'operator' });
});
