import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { expectedRequests } from '../../files/expectations.ts';

const folder = mkdtempSync(join(tmpdir(), 'expectations-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('reads the requests of each example, and passes over what is none', () => {
  mkdirSync(join(folder, 'b'));
  mkdirSync(join(folder, 'a'));
  const requests = 'requests: [{ url: "http://x.example.com/p?q", headers: { X-A: 1 } }, { url: "no url" }, 7]';
  writeFileSync(join(folder, 'b', 'expect.yaml'), `kind: Expectations\n${requests}\n`);
  writeFileSync(join(folder, 'a', 'expect.yaml'), 'a: [');
  writeFileSync(join(folder, 'a', 'unexpect.yaml'), `kind: Expectations\n${requests}\n`);
  expect(expectedRequests([folder])).toEqual([
    [],
    [{ url: new URL('http://x.example.com/p?q'), headers: [['X-A', '1']] }],
  ]);
});
