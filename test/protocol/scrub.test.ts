import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scrub } from '../../xds/snapshot/scrub.ts';

const key = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
const pem = `-----BEGIN PRIVATE KEY-----\n${key}\n${key}\n-----END PRIVATE KEY-----`;

test.each([
  ['a key', `Proto constraint validation failed: ${pem} in tls_certificate`],
  ['a key with escaped newlines', `value: "${pem.replaceAll('\n', '\\n')}"`],
  ['a key whose end was cut off', `value: ${pem.slice(0, 120)}`],
  ['bare base64', `inline_bytes ${key}`],
  ['base64 in its other alphabet', `inline_bytes ${key.replaceAll('/', '_')}`],
])('%s does not survive', (_name, message) => {
  expect(scrub(message)).not.toContain(key.slice(0, 20));
  expect(scrub(message)).toContain('[redacted]');
});

test('what a person needs to read stays', () => {
  const message = 'Invalid regex "a(": missing ) in host blog.example.com';
  expect(scrub(message)).toBe(message);
});

test('no run of 41 base64 characters and no more than 512 bytes, whatever comes in', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.base64String({ maxLength: 200 }), fc.constant(pem));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const clean = scrub(pieces.join(' '));
      expect(new TextEncoder().encode(clean).length).toBeLessThanOrEqual(512);
      expect(clean).not.toMatch(/[A-Za-z0-9+/=_-]{41}/);
    }),
  );
});

test('a megabyte is no work', () => {
  const before = performance.now();
  expect(scrub('a+ '.repeat(400_000)).length).toBeLessThanOrEqual(512);
  expect(scrub('A'.repeat(1_000_000)).length).toBeLessThanOrEqual(512);
  expect(performance.now() - before).toBeLessThan(500);
});
