import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { selfSigned } from '../../support/certificate.ts';
import { kubeconfig } from '../fake-api.ts';
import { runHere } from './run-here.ts';
import { formatsOf, samples } from './samples.ts';
import { worldApi } from './world-api.ts';

const { certificate, key } = selfSigned('stepped.example.com');
const secret = (name: string, keyText: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'kubernetes.io/tls',
  metadata: { namespace: 'www', name },
  data: { 'tls.crt': certificate.toString('base64'), 'tls.key': Buffer.from(keyText).toString('base64') },
});

const broken = '-----BEGIN PRIVATE KEY-----\nbWFya2VyLWluLWEta2V5LWJsb2Nr\n-----END PRIVATE KEY-----\n';
const token = 'marker-in-a-token';
/** What must be nowhere: the lines of each key, each key as a Secret has it, and the token. */
const markers = [
  ...[key.toString(), broken].flatMap((text) => [
    ...text.split('\n').filter((line) => line !== '' && !line.startsWith('-----')),
    Buffer.from(text).toString('base64').slice(0, 60),
    'BEGIN PRIVATE KEY',
  ]),
  token,
  'marker-in-a-password',
];

function expectNoSecret(...texts: readonly string[]): void {
  for (const marker of markers) for (const text of texts) expect(text).not.toContain(marker);
}

const asking = samples.filter(
  ({ of, spec }) => of === 'files' || spec.name === 'version' || spec.name === 'sync' || spec.name === 'canary watch',
);

describe.each(asking.map((sample) => [sample.spec.name, sample] as const))('%s', (name, { spec, words }) => {
  const asked = words.filter((word) => word !== '--client');
  const place = name.startsWith('canary') ? ['-n', 'shop'] : [];
  const ending = name === 'canary watch' ? ['--to=nobody'] : [];
  const formats = formatsOf(spec).filter(
    (format) => !format.includes('-') && format !== 'jsonpath' && format !== 'curl',
  );

  test.each([
    ['a key that fits', key.toString()],
    ['a key that is none', broken],
  ])('tells nothing of %s, nor of the token, however much it is to tell', async (_, keyText) => {
    const api = await worldApi(secret('wildcard', keyText));
    onTestFinished(api.close);
    for (const format of formats) {
      const output = format === '' ? [] : ['-o', format];
      const flags = ['-s', api.url, '-v=9', `--token=${token}`];
      const { stdout, stderr } = await runHere([...asked, ...ending, ...place, ...flags, ...output]);
      expect(stderr, format).toMatch(/^GET http/m);
      expectNoSecret(stdout, stderr);
    }
  });
});

describe('what a kubeconfig holds is not told where it is wrong', () => {
  const written = (text: string): string => {
    const file = join(temporaryDirectory(), 'config');
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  test.each<readonly [string, string]>([
    [
      'a key that is none',
      kubeconfig('https://127.0.0.1:1', {
        'client-certificate-data': certificate.toString('base64'),
        'client-key-data': base64(broken),
      }),
    ],
    ['a key that is no base64', kubeconfig('https://127.0.0.1:1', { 'client-key-data': `${broken}%%%` })],
    [
      'a certificate that is a key',
      kubeconfig('https://127.0.0.1:1', {
        'client-certificate-data': base64(broken),
        'client-key-data': base64(broken),
      }),
    ],
    ['a token with a line break', kubeconfig('http://127.0.0.1:1', { token: `${token}\nx` })],
    ['a password in the address', kubeconfig('http://kim:marker-in-a-password@127.0.0.1:1')],
    ['a password', kubeconfig('http://127.0.0.1:1', { username: 'kim', password: 'marker-in-a-password' })],
    ['YAML that ends in a token', `users: [{name: a, user: {token: ${token}`],
  ])('%s', async (_, text) => {
    const { code, stdout, stderr } = await runHere(['routes', '-v=9'], { env: { KUBECONFIG: written(text) } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: \S/m);
    expectNoSecret(stderr);
  });
});

test('manifests with a key show it nowhere, right or wrong', async () => {
  const file = join(temporaryDirectory(), 'secret.yaml');
  const proxy = {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { namespace: 'www', name: 'web' },
    spec: {
      virtualhost: { fqdn: 'stepped.example.com', tls: { secretName: 'wildcard' } },
      routes: [{ services: [{ name: 'a', port: 80 }] }],
    },
  };
  for (const keyText of [key.toString(), broken, `${broken}${broken}`]) {
    writeFileSync(
      file,
      `${JSON.stringify(secret('wildcard', keyText))}\n---\n${JSON.stringify(proxy)}\n---\n${JSON.stringify({ ...secret('bad', ''), stringData: { 'tls.key': keyText }, data: keyText })}`,
    );
    for (const { spec, words } of samples.filter(({ of }) => of === 'files')) {
      for (const format of formatsOf(spec).filter((each) => !each.includes('-') && each !== 'jsonpath')) {
        // The text of a file is the answer to who edits it.
        if (format === 'yaml' && words.includes('--dry-run=client')) continue;
        const { stdout, stderr } = await runHere([...words, '-f', file, '-v=9', '-o', format]);
        expectNoSecret(stdout, stderr);
      }
    }
  }
});
