import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ran, runMain } from '../controller/run-main.ts';
import { kubeconfigOutside } from '../rig/reach.ts';
import { type Rig, startRig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'contour-certgen-'));
let rig: Rig;
let outside: { readonly text: string; close(): void };
let kubeconfig: string;

const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', '-n', 'edge', ...words]);

beforeAll(async () => {
  rig = await startRig({ name: `certgen-${process.pid}`, env: process.env, say: () => {} });
  outside = await kubeconfigOutside(rig);
  await kubectl('create', 'namespace', 'edge');
  await kubectl('create', 'serviceaccount', 'certgen');
  await kubectl('create', 'role', 'certgen', '--verb=create,update', '--resource=secrets');
  await kubectl('create', 'rolebinding', 'certgen', '--role=certgen', '--serviceaccount=edge:certgen');
  kubeconfig = await kubeconfigOf('certgen');
});

afterAll(async () => {
  outside.close();
  await rig.stop();
  rmSync(folder, { recursive: true });
});

async function kubeconfigOf(account: string): Promise<string> {
  const token = (await kubectl('create', 'token', account)).trim();
  const { users: _, ...config } = JSON.parse(outside.text) as { users: unknown };
  const file = join(folder, account);
  writeFileSync(file, JSON.stringify({ ...config, users: [{ name: 'rig', user: { token } }] }), { mode: 0o600 });
  return file;
}

const certgen = (...flags: readonly string[]): Promise<Ran> =>
  runMain(['certgen', '--kube', '--namespace=edge', '--secrets-format=compact', '--kubeconfig', kubeconfig, ...flags]);

interface Stored {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

async function stored(name: string): Promise<Stored & { readonly serial: string }> {
  const secret = JSON.parse(await kubectl('get', 'secret', name, '-o', 'json')) as Stored;
  const pem = (key: string): Buffer => Buffer.from(secret.data[key] ?? '', 'base64');
  const certificate = new X509Certificate(pem('tls.crt'));
  expect(certificate.verify(new X509Certificate(pem('ca.crt')).publicKey)).toBe(true);
  return { ...secret, serial: certificate.serialNumber };
}

it('creates Secrets with the rights to create and update them, keeps them, and replaces them when told to', async () => {
  expect(await certgen()).toEqual({
    code: 0,
    stdout: 'Secret edge/contourcert was created\nSecret edge/envoycert was created\n',
    stderr: '',
  });
  const first = await stored('contourcert');
  expect(first.type).toBe('kubernetes.io/tls');

  const again = await certgen();
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('Secret edge/contourcert is already there and was kept');
  expect((await stored('contourcert')).serial).toBe(first.serial);

  expect((await certgen('--overwrite')).stdout).toBe(
    'Secret edge/contourcert was replaced\nSecret edge/envoycert was replaced\n',
  );
  expect((await stored('contourcert')).serial).not.toBe(first.serial);
});

it('says which right or namespace is missing', async () => {
  const forbidden = await certgen('--namespace=default');
  expect(forbidden).toMatchObject({ code: 1, stdout: '' });
  expect(forbidden.stderr).toMatch(
    /^error: Secret default\/contourcert could not be created: secrets is forbidden.*\n$/,
  );
});
