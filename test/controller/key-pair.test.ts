import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';

const directory = mkdtempSync(join(tmpdir(), 'key-pair-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Pair {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe', timeout: 20_000 });
}

function issue(name: string, ...newKey: readonly string[]): Pair {
  const [certificate, key] = [join(directory, `${name}.crt`), join(directory, `${name}.key`)];
  openssl(
    'req',
    '-x509',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    key,
    '-out',
    certificate,
    ...newKey,
  );
  return { certificate: readFileSync(certificate), key: readFileSync(key) };
}

function curve(name: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${name}`];
}

const good = issue('good', ...curve('prime256v1'));
const other = issue('other', '-newkey', 'rsa:2048');

test.each([
  ['P-256', good],
  ['P-384', issue('p384', ...curve('secp384r1'))],
  ['RSA 2048', other],
])('takes %s', (_name, pair) => {
  expect(inspectKeyPair(pair.certificate, pair.key)).toEqual({ valid: true });
});

test.each([
  ['RSA 1024', issue('short', '-newkey', 'rsa:1024'), /1024 bits/],
  ['secp256k1', issue('koblitz', ...curve('secp256k1')), /secp256k1/],
  ['Ed25519', issue('edwards', '-newkey', 'ed25519'), /ed25519/],
  ['a key of another certificate', { certificate: good.certificate, key: other.key }, /does not belong/],
  ['an empty certificate', { certificate: Buffer.alloc(0), key: good.key }, /no CERTIFICATE/],
  ['an empty key', { certificate: good.certificate, key: Buffer.alloc(0) }, /no PRIVATE KEY/],
  ['two keys', { certificate: good.certificate, key: Buffer.concat([good.key, other.key]) }, /more than one/],
])('refuses %s', (_name, pair, reason) => {
  const verdict = inspectKeyPair(pair.certificate, pair.key);
  expect(verdict).toEqual({ valid: false, reason: expect.stringMatching(reason) as unknown });
});

test('refuses an encrypted key', () => {
  const path = join(directory, 'locked.key');
  openssl('pkcs8', '-topk8', '-in', join(directory, 'good.key'), '-passout', 'pass:word', '-out', path);
  expect(inspectKeyPair(good.certificate, readFileSync(path))).toEqual({
    valid: false,
    reason: expect.stringContaining('encrypted') as unknown,
  });
});

test('refuses a chain whose second certificate is garbage, and quotes none of it', () => {
  const garbage = '-----BEGIN CERTIFICATE-----\nMARKERMARKER\n-----END CERTIFICATE-----\n';
  const verdict = inspectKeyPair(Buffer.concat([good.certificate, Buffer.from(garbage)]), good.key);
  expect(verdict).toEqual({ valid: false, reason: expect.stringContaining('certificate 2') as unknown });
  expect(JSON.stringify(verdict)).not.toContain('MARKER');
});
