import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../controller/certgen/certificates.ts';
import { selfSigned } from './certificate.ts';

/** A kubeconfig with which nothing can be asked. */
export interface BrokenKubeconfig {
  readonly name: string;
  readonly file: string;
  /** Whether it is the world's fault, which may pass, and not what is written. */
  readonly passes: boolean;
  readonly message: RegExp;
}

export interface BrokenKubeconfigs {
  readonly all: readonly BrokenKubeconfig[];
  close(): void;
}

interface Parts {
  readonly server?: string;
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: string | null;
}

function textOf({ server = 'https://127.0.0.1:1', cluster = {}, user = {}, context = 'one' }: Parts): string {
  return JSON.stringify({
    clusters: [{ name: 'one', cluster: { server, ...cluster } }],
    users: [{ name: 'one', user: { token: 'MARKER', ...user } }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
    ...(context === null ? {} : { 'current-context': context }),
  });
}

const base64 = (pem: string | Buffer): string => Buffer.from(pem).toString('base64');

/** With servers of their own, whose certificates nobody should trust. */
export async function brokenKubeconfigs(): Promise<BrokenKubeconfigs> {
  const folder = mkdtempSync(join(tmpdir(), 'contour-kubeconfigs-'));
  const old = await makeCertificates({ namespace: 'old', lifetimeDays: 1, now: new Date('2020-01-01') });
  const own = selfSigned('contour');
  const servers = [
    createServer({ cert: old.contour.certificate, key: old.contour.key }),
    createServer({ cert: own.certificate, key: own.key }),
  ];
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const [expired, stranger] = servers.map((server) => `https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const known = { 'tls-server-name': 'contour', 'certificate-authority-data': base64(old.authority) };
  const oldUser = {
    token: undefined,
    'client-certificate-data': base64(old.envoy.certificate),
    'client-key-data': base64(old.envoy.key),
  };
  const file = (name: string, text: string): string => {
    const path = join(folder, name.replaceAll(/[^a-z]/g, '-'));
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const written = (name: string, text: string, message: RegExp) => ({
    name,
    file: file(name, text),
    passes: false,
    message,
  });
  const world = (name: string, parts: Parts, message: RegExp) => ({
    name,
    file: file(name, textOf(parts)),
    passes: true,
    message,
  });
  return {
    all: [
      { name: 'missing', file: join(folder, 'nowhere'), passes: false, message: /nowhere cannot be read \(ENOENT\)/ },
      { name: 'a folder', file: folder, passes: false, message: /cannot be read \(EISDIR\)/ },
      written('empty', '', /has no current-context/),
      written('no YAML', 'users: [{name: a, user: {token: MARKER', /is no kubeconfig/),
      written(
        'of wrong types',
        '{"clusters":5,"users":"MARKER","contexts":{}}',
        /is no kubeconfig|has no current-context/,
      ),
      written('without a current-context', textOf({ context: null }), /has no current-context/),
      written('with a context that is not there', textOf({ context: 'two' }), /the current-context "two" is not in /),
      written('with a server that is no URL', textOf({ server: 'MARKER' }), /is no http or https URL/),
      world('refused', {}, /the API server refuses connections/),
      world(
        'with a name that nobody knows',
        { server: 'https://nowhere.invalid' },
        /the API server's name is not known/,
      ),
      world(
        'with a server whose certificate has expired',
        { server: expired ?? '', cluster: known },
        /certificate has expired/,
      ),
      world(
        'with a server that nobody vouches for',
        { server: stranger ?? '', cluster: { 'tls-server-name': 'contour' } },
        /certificate/,
      ),
      world(
        'with a server of another name',
        { server: stranger ?? '', cluster: { 'certificate-authority-data': base64(own.certificate) } },
        /certificate is for another name/,
      ),
      world(
        'with a client certificate that has expired',
        { user: oldUser },
        /of user \\?"one\\?" expired on 2020-01-0[12]/,
      ),
    ],
    close() {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
      rmSync(folder, { recursive: true });
    },
  };
}
