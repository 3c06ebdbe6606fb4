import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applySecrets } from '../../controller/certgen/apply-secrets.ts';
import { type Certificates, type KeyPair, makeCertificates } from '../../controller/certgen/certificates.ts';
import { type Secret, secretsOf } from '../../controller/certgen/secrets.ts';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import { ApiError } from '../../kubernetes/errors.ts';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { runMain } from './run-main.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'contour-certgen-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const now = new Date('2049-06-01T12:00:00.500Z');
const make = (lifetimeDays = 365): Promise<Certificates> => makeCertificates({ namespace: 'edge', lifetimeDays, now });

describe('certificates', () => {
  it('are of one authority, name their Service, and are good for what they are used for', async () => {
    const { authority, contour, envoy } = await make();
    const ca = new X509Certificate(authority);
    expect(ca.ca).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    for (const [pair, name, usages] of [
      [contour, 'contour', ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']],
      [envoy, 'envoy', ['1.3.6.1.5.5.7.3.2']],
    ] as const) {
      const leaf = new X509Certificate(pair.certificate);
      expect({ issued: leaf.checkIssued(ca), signed: leaf.verify(ca.publicKey), ca: leaf.ca }).toEqual({
        issued: true,
        signed: true,
        ca: false,
      });
      expect(leaf.subjectAltName).toBe(
        ['', '.edge', '.edge.svc', '.edge.svc.cluster.local'].map((end) => `DNS:${name}${end}`).join(', '),
      );
      expect(leaf.keyUsage).toEqual(usages);
      expect(inspectKeyPair(Buffer.from(pair.certificate), Buffer.from(pair.key))).toEqual({ valid: true });
      expect(leaf.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
    }
  });

  it.each([
    [1, '2049-06-02T12:00:00.000Z'],
    [365, '2050-06-01T12:00:00.000Z'],
    [36_500, '2149-05-08T12:00:00.000Z'],
  ])('are valid from an hour ago, for %i days', async (days, end) => {
    const { authority, contour } = await make(days);
    for (const pem of [authority, contour.certificate]) {
      const certificate = new X509Certificate(pem);
      expect(certificate.validFromDate.toISOString()).toBe('2049-06-01T11:00:00.000Z');
      expect(certificate.validToDate.toISOString()).toBe(end);
    }
  });

  it('of two runs share no key, no number and no authority', async () => {
    const [first, second] = [await make(), await make()];
    const ca = new X509Certificate(first.authority);
    expect(new X509Certificate(second.contour.certificate).verify(ca.publicKey)).toBe(false);
    const serials = [first, second].flatMap(({ authority, contour, envoy }) =>
      [authority, contour.certificate, envoy.certificate].map((pem) => new X509Certificate(pem).serialNumber),
    );
    expect(new Set(serials).size).toBe(6);
    expect(first.contour.key).not.toBe(second.contour.key);
  });

  it('shake hands over TLS 1.3 as each end wants it, and not the other way round', async () => {
    const today = await makeCertificates({ namespace: 'edge', lifetimeDays: 1, now: new Date() });
    await expect(shakeHands(today.authority, today.contour, today.envoy, 'contour')).resolves.toBe('TLSv1.3');
    await expect(shakeHands(today.authority, today.contour, today.contour, 'contour.edge.svc')).resolves.toBe(
      'TLSv1.3',
    );
    await expect(shakeHands(today.authority, today.envoy, today.envoy, 'envoy')).rejects.toThrow(/purpose/);
  });
});

async function shakeHands(ca: string, server: KeyPair, client: KeyPair, servername: string): Promise<string | null> {
  const options = { ca, cert: server.certificate, key: server.key, requestCert: true, minVersion: 'TLSv1.3' } as const;
  const listener = tls.createServer(options, (socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const socket = tls.connect({ port, host: '127.0.0.1', servername, ca, cert: client.certificate, key: client.key });
  try {
    await once(socket, 'data');
    return socket.getProtocol();
  } finally {
    socket.destroy();
    listener.close();
  }
}

const keyOf = (text: string): string => text.split('\n')[2] ?? '';
const modeOf = (name: string): number => statSync(path.join(folder, name)).mode & 0o777;
const pemFiles = ['cacert.pem', 'contourcert.pem', 'contourkey.pem', 'envoycert.pem', 'envoykey.pem'];

describe('files', () => {
  it.each([0, 0o022])('are for their owner alone, whatever the umask: %i', async (mask) => {
    const old = process.umask(mask);
    try {
      expect(await runMain(['certgen', path.join(folder, 'certs'), '--pem'])).toMatchObject({ code: 0, stderr: '' });
    } finally {
      process.umask(old);
    }
    expect(readdirSync(path.join(folder, 'certs'))).toEqual(pemFiles);
    expect(modeOf('certs')).toBe(0o700);
    for (const name of pemFiles) expect(modeOf(`certs/${name}`)).toBe(0o600);
  });

  it('are named as they are written, without a byte of a key', async () => {
    const { stdout } = await runMain(['certgen', folder, '--pem']);
    expect(stdout).toBe(pemFiles.map((name) => `${path.join(folder, name)} was written\n`).join(''));
    expect(stdout).not.toContain(keyOf(readFileSync(path.join(folder, 'envoykey.pem'), 'utf8')));
  });

  it('are kept, unless they are to be replaced', async () => {
    const file = path.join(folder, 'envoykey.pem');
    writeFileSync(file, 'old', { mode: 0o644 });
    const kept = await runMain(['certgen', folder, '--pem']);
    expect(kept).toEqual({ code: 1, stdout: '', stderr: `error: ${file} is already there: --overwrite replaces it\n` });
    expect(readdirSync(folder)).toEqual(['envoykey.pem']);
    expect((await runMain(['certgen', folder, '--pem', '--overwrite'])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('PRIVATE KEY');
    expect(modeOf('envoykey.pem')).toBe(0o600);
  });

  it('never follow a symbolic link', async () => {
    const elsewhere = path.join(folder, 'elsewhere');
    const [certs, link] = [path.join(folder, 'certs'), path.join(folder, 'certs', 'contourkey.pem')];
    mkdirSync(certs);
    symlinkSync(elsewhere, link);
    const { code, stderr } = await runMain(['certgen', certs, '--pem', '--overwrite']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: ${link} is a symbolic link, and a key may not follow it: remove it\n`,
    });
    expect(readdirSync(folder)).toEqual(['certs']);
  });

  it.each([
    ['legacy', { cacert: ['cacert.pem'], contourcert: ['tls.crt', 'tls.key'], envoycert: ['tls.crt', 'tls.key'] }],
    ['compact', { contourcert: ['ca.crt', 'tls.crt', 'tls.key'], envoycert: ['ca.crt', 'tls.crt', 'tls.key'] }],
  ])('hold the Secrets in the format %s', async (format, expected) => {
    const flags = ['--yaml', '--secrets-format', format, '--secrets-name-suffix=-v2', '--namespace=0123'];
    expect((await runMain(['certgen', folder, ...flags])).code).toBe(0);
    const secrets = readdirSync(folder).map((name) => {
      const secret = parse(readFileSync(path.join(folder, name), 'utf8')) as Secret;
      expect(`${secret.metadata.name}.yaml`).toBe(name);
      expect(secret.metadata).toMatchObject({ namespace: '0123', labels: { app: 'contour' } });
      for (const value of Object.values(secret.data))
        expect(Buffer.from(value, 'base64').toString()).toMatch(/^-----BEGIN (CERTIFICATE|PRIVATE KEY)-----\n/);
      return [secret.metadata.name.replace(/-v2$/, ''), Object.keys(secret.data)] as const;
    });
    expect(Object.fromEntries(secrets)).toEqual(expected);
  });

  it('hold a Secret for Envoy where Envoy lives', async () => {
    const flags = ['--yaml', '--secrets-format=compact', '--namespace=edge', '--envoy-namespace=front'];
    expect((await runMain(['certgen', folder, ...flags])).code).toBe(0);
    const namespaceOf = (name: string) =>
      (parse(readFileSync(path.join(folder, name), 'utf8')) as Secret).metadata.namespace;
    expect([namespaceOf('contourcert.yaml'), namespaceOf('envoycert.yaml')]).toEqual(['edge', 'front']);
  });
});

describe('Secrets in a cluster', () => {
  /** Keeps Secrets as the API server would, for somebody who may not read them. */
  function fakeCluster(stored: readonly string[] = [], refusal?: ApiError) {
    const secrets = new Map<string, unknown>(stored.map((name) => [name, 'old']));
    const calls: string[] = [];
    const client: KubernetesClient = {
      get: () => expect.unreachable('nothing is read'),
      write(url, { method, body, query }) {
        const { name } = (body as Secret).metadata;
        const isDry = query?.['dryRun'] === 'All';
        if (!isDry) calls.push(`${method} ${url}`);
        if (refusal !== undefined) return Promise.reject(refusal);
        const isThere = secrets.has(name);
        if (isThere !== (method === 'PUT')) return Promise.reject(new ApiError(isThere ? 409 : 404, '', 'no'));
        if (!isDry) secrets.set(name, body);
        return Promise.resolve(body);
      },
      lines: () => expect.unreachable('nothing is watched'),
    };
    return { client, secrets, calls };
  }

  async function apply(cluster: ReturnType<typeof fakeCluster>, overwrite = false): Promise<readonly string[]> {
    const secrets = secretsOf(await make(), {
      namespace: 'edge',
      envoyNamespace: 'edge',
      format: 'compact',
      suffix: '',
    });
    const said: string[] = [];
    const signal = new AbortController().signal;
    await applySecrets(secrets, overwrite, { client: cluster.client, signal, say: (line) => said.push(line) });
    return said;
  }

  const folderUrl = '/api/v1/namespaces/edge/secrets';

  it('are created', async () => {
    const cluster = fakeCluster();
    expect(await apply(cluster)).toEqual(['Secret edge/contourcert was created', 'Secret edge/envoycert was created']);
    expect(cluster.calls).toEqual([`POST ${folderUrl}`, `POST ${folderUrl}`]);
  });

  it('are kept where they are there', async () => {
    const cluster = fakeCluster(['contourcert', 'envoycert']);
    expect(await apply(cluster)).toEqual(
      ['contourcert', 'envoycert'].map(
        (name) => `Secret edge/${name} is already there and was kept: --overwrite replaces it`,
      ),
    );
    expect(cluster.calls).toEqual([]);
  });

  it('are never completed to a set that does not trust itself', async () => {
    const cluster = fakeCluster(['envoycert']);
    await expect(apply(cluster)).rejects.toThrow('Secret edge/envoycert is there and Secret edge/contourcert is not');
    expect(cluster.calls).toEqual([]);
  });

  it('are replaced, and those that are missing created', async () => {
    const cluster = fakeCluster(['contourcert']);
    expect(await apply(cluster, true)).toEqual([
      'Secret edge/contourcert was replaced',
      'Secret edge/envoycert was created',
    ]);
    expect(cluster.calls).toEqual([`PUT ${folderUrl}/contourcert`, `POST ${folderUrl}`]);
    expect(cluster.secrets.get('contourcert')).not.toBe('old');
  });

  it('that are refused are one sentence without a byte of a key', async () => {
    const leak = `Secret is invalid: data: Invalid value: ${'QUJD'.repeat(30)}`;
    const cluster = fakeCluster([], new ApiError(422, 'Invalid', leak));
    await expect(apply(cluster)).rejects.toThrow(
      'Secret edge/contourcert could not be created: Secret is invalid: data: Invalid value: [redacted]',
    );
  });
});

it.each([
  [[], 'say what to make'],
  [['--pem', 'a', 'b'], '"b" is one argument too many'],
  [['--pem', '--certificate-lifetime', '0'], '--certificate-lifetime takes a whole number from 1'],
  [['--pem', '--certificate-lifetime', '36501'], '--certificate-lifetime takes at most 36500 days'],
  [['--pem', '--namespace', 'No'], '--namespace takes the name of a namespace, and not "No"'],
  [['--pem', '--envoy-namespace', 'No'], '--envoy-namespace takes the name of a namespace, and not "No"'],
  [['--yaml', '--envoy-namespace=front'], '--envoy-namespace wants --secrets-format=compact'],
  [['--pem', '--secrets-format', 'new'], '--secrets-format takes legacy or compact, and not "new"'],
  [['--yaml', '--secrets-name-suffix', '/../x'], '--secrets-name-suffix'],
  [['--kube'], '--kube wants to know the cluster'],
  [['--kube', '--incluster'], 'KUBERNETES_SERVICE_HOST is not set here'],
  [['--kube', '--kubeconfig', '/nowhere'], '/nowhere'],
  [['--pem', '/dev/null/x'], '/dev/null/x cannot be written'],
])('certgen %j is one line on stderr and exit code 1', async (argv, message) => {
  const { code, stdout, stderr } = await runMain(['certgen', ...argv]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  expect(stderr).toContain(message);
});
