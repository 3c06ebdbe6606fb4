import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../../routing/objects/base64.ts';
import { encodeUtf8 } from '../../../routing/objects/utf8.ts';
import { decodeOne } from './decode-one.ts';
import { manifests } from './manifests.ts';

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

test('is decoded from base64', () => {
  const { type, data } = decodeOne('Secret', manifests.Secret);
  expect(type).toBe('kubernetes.io/tls');
  expect([...data].map(([key, bytes]) => [key, text(bytes.reveal())])).toEqual([
    ['tls.crt', 'certificate'],
    ['tls.key', 'top secret'],
  ]);
});

test('stringData wins over data', () => {
  const stringData = { 'tls.key': 'plain é', more: '' };
  const { data } = decodeOne('Secret', { ...manifests.Secret, type: undefined, stringData });
  expect(text(data.get('tls.key')?.reveal())).toBe('plain é');
  expect(data.get('more')?.reveal()).toHaveLength(0);
  expect(decodeOne('Secret', { ...manifests.Secret, type: undefined }).type).toBe('Opaque');
});

test('a value that is no base64 is left out', () => {
  const { data, problems } = decodeOne('Secret', { ...manifests.Secret, data: { bad: 'top secret', good: 'YQ==' } });
  expect([...data.keys()]).toEqual(['good']);
  expect(problems).toEqual([
    {
      pointer: '/data/bad',
      reason: 'InvalidValue',
      message: 'bad must be base64; write plain text under stringData instead of data',
      severity: 'error',
    },
  ]);
});

describe('prints nothing of its values', () => {
  const secret = decodeOne('Secret', { ...manifests.Secret, stringData: { plain: 'top secret' } });
  const key = secret.data.get('tls.key');

  test.each([
    ['a template', `${String(key)}`],
    ['concatenation', '' + String(key)],
    ['JSON', JSON.stringify(key)],
    ['JSON of the object', JSON.stringify({ ...secret, data: [...secret.data] })],
    ['inspect', inspect(secret, { depth: Infinity, showHidden: true })],
    ['inspect without custom printing', inspect(secret, { depth: Infinity, showHidden: true, customInspect: false })],
    ['an error', inspect(new Error('x', { cause: secret }), { depth: Infinity })],
    ['its own keys', JSON.stringify(Reflect.ownKeys(key ?? {}).map((name) => String(Reflect.get(key ?? {}, name))))],
  ])('by %s', (_, printed) => {
    expect(printed).not.toMatch(/top|dG9w|116,\s*111/);
  });

  test('and says so', () => {
    expect(String(key)).toBe('[redacted]');
    expect(JSON.stringify(key)).toBe('"[redacted]"');
    expect(inspect(key)).toBe('[redacted]');
  });

  test.each([
    { data: { 'tls.key': 1234567 } },
    { data: 'top secret 1234567' },
    { stringData: ['1234567'] },
    { type: 1234567 },
    { metadata: { name: 'a', annotations: { note: 1234567 } } },
    { data: { 'tls.key': '1234567' } },
    { data: { A1234567: '?' } },
    { stringData: { A1234567: 1 } },
    { metadata: { name: 'a', A1234567: 'x' } },
    { metadata: { name: 'a', labels: { A1234567: 1 } } },
  ])('in a problem of %j', (wrong) => {
    const { problems } = decodeOne('Secret', { ...manifests.Secret, ...wrong });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('1234567');
  });
});

describe('base64', () => {
  test('reads what it was made from', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const encoded = Buffer.from(bytes).toString('base64');
        expect(decodeBase64(encoded)).toEqual(bytes);
        expect(decodeBase64(encoded.replaceAll(/(.{5})/g, '$1\r\n'))).toEqual(bytes);
      }),
    );
  });

  test.each(['a', 'ab', 'abc', 'a===', '====', 'ab=c', '=abc', 'ab==ab==', 'a-b_', 'ab c', 'YQ==YQ', 'é234'])(
    'refuses %j',
    (bad) => {
      expect(decodeBase64(bad)).toBeNull();
    },
  );
});

test('UTF-8 is what the platform makes of text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.integer({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
      (whole, halves) => {
        for (const sample of [whole, halves]) expect(encodeUtf8(sample)).toEqual(new TextEncoder().encode(sample));
      },
    ),
  );
});
