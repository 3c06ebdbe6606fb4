import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../../controller/certgen/certificates.ts';
import type { LogLevel } from '../../controller/log.ts';
import { followXdsCertificate } from '../../controller/xds-certificate/follow.ts';
import { type Judged, judge } from '../../controller/xds-certificate/judge.ts';
import { readXdsCertificate } from '../../controller/xds-certificate/read.ts';
import type { XdsTls } from '../../xds/serve/server.ts';

const files = { ca: 'ca.crt', certificate: 'tls.crt', key: 'tls.key' };
const today = new Date('2026-06-01T00:00:00Z');
const dayMs = 24 * 60 * 60 * 1000;
const issue = (lifetimeDays = 365): Promise<Certificates> =>
  makeCertificates({ namespace: 'edge', lifetimeDays, now: today });

const tlsOf = ({ authority, contour }: Certificates, more: Partial<Record<keyof XdsTls, string>> = {}): XdsTls => {
  const pem = { ca: authority, certificate: contour.certificate, key: contour.key, ...more };
  return { ca: Buffer.from(pem.ca), certificate: Buffer.from(pem.certificate), key: Buffer.from(pem.key) };
};

function good(tls: XdsTls): Extract<Judged, { valid: true }> {
  const judged = judge(files, tls);
  if (!judged.valid) throw new Error(judged.reason);
  return judged;
}

it('expires with the certificate or with the last authority that is left', async () => {
  const [short, long] = [await issue(10), await issue(20)];
  const on = (days: number): Date => new Date(today.getTime() + days * dayMs);
  expect(good(tlsOf(short)).expires).toEqual(on(10));
  expect(good(tlsOf(long, { ca: short.authority })).expires).toEqual(on(10));
  expect(good(tlsOf(long, { ca: short.authority + long.authority })).expires).toEqual(on(20));
});

it('is refused in one sentence that quotes no byte of it', async () => {
  const [one, other] = [await issue(), await issue()];
  const reasonFor = (more: Partial<Record<keyof XdsTls, string>>): string => {
    const judged = judge(files, tlsOf(one, more));
    return judged.valid ? '' : judged.reason;
  };
  expect(reasonFor({ key: other.contour.key })).toBe(
    'the pair of tls.crt and tls.key holds a private key that does not belong to its first certificate',
  );
  expect(reasonFor({ ca: 'MARKER' })).toBe('--contour-cafile names ca.crt, which holds no certificate');
  const torn = one.authority.replace(/\n.{10}/, '\n');
  expect(reasonFor({ ca: one.authority + torn })).toBe('--contour-cafile names ca.crt, which holds no certificate');
});

it('is read from files, and a missing one is named with its flag', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'contour-certificate-'));
  const here = { ca: path.join(folder, 'ca'), certificate: path.join(folder, 'crt'), key: path.join(folder, 'key') };
  const tls = tlsOf(await issue());
  for (const part of ['ca', 'certificate', 'key'] as const) writeFileSync(here[part], tls[part]);
  expect(await readXdsCertificate(here)).toMatchObject({ valid: true, tls });
  rmSync(here.key);
  expect(await readXdsCertificate(here)).toEqual({
    valid: false,
    reason: `--contour-key-file names ${here.key}, which cannot be read (ENOENT)`,
  });
  rmSync(folder, { recursive: true });
});

/** Follows what is shown to it, one look at a time. */
function follow(first: XdsTls) {
  let shown: Judged = good(first);
  let now = today;
  let look = Promise.withResolvers<void>();
  const renewed: XdsTls[] = [];
  const said: (readonly [LogLevel, string])[] = [];
  void followXdsCertificate(good(first), {
    read: () => Promise.resolve(shown),
    renew: (tls) => renewed.push(tls),
    log: (level, message) => said.push([level, message]),
    now: () => now,
    wait: () => look.promise,
  });
  return {
    renewed,
    said,
    async show(judged: Judged, after = 0) {
      shown = judged;
      now = new Date(now.getTime() + after);
      const { resolve } = look;
      look = Promise.withResolvers();
      resolve();
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    },
  };
}

it('is renewed when the files are, and is left alone when they are not', async () => {
  const [first, second] = [tlsOf(await issue()), tlsOf(await issue())];
  const { show, renewed, said } = follow(first);
  await show(good(first));
  expect(renewed).toEqual([]);
  await show(good(second));
  await show(good(second));
  expect(renewed).toEqual([second]);
  expect(said).toEqual([['info', 'the xDS certificate was renewed']]);
});

it('is renewed when the authority alone is', async () => {
  const [one, other] = [await issue(), await issue()];
  const { show, renewed } = follow(tlsOf(one));
  const bundle = tlsOf(one, { ca: one.authority + other.authority });
  await show(good(bundle));
  expect(renewed).toEqual([bundle]);
});

it('is never half of one and half of another, which is said once if it stays so', async () => {
  const [one, other] = [await issue(), await issue()];
  const { show, renewed, said } = follow(tlsOf(one));
  const half = judge(files, tlsOf(other, { key: one.contour.key }));
  const complaint = ['warning', 'the xDS certificate was not renewed, and the last good one stays'];
  await show(half);
  expect(said).toEqual([]);
  await show(half);
  await show(half);
  expect(said).toEqual([complaint]);
  expect(renewed).toEqual([]);
  await show(good(tlsOf(other)));
  expect(renewed).toHaveLength(1);
  await show(half);
  await show(half);
  expect(said.filter(([level]) => level === 'warning')).toEqual([complaint, complaint]);
});

it('is caught between two files without a word', async () => {
  const [one, other] = [await issue(), await issue()];
  const { show, said } = follow(tlsOf(one));
  await show(judge(files, tlsOf(other, { key: one.contour.key })));
  await show(good(tlsOf(other)));
  expect(said).toEqual([['info', 'the xDS certificate was renewed']]);
});

it('is warned of thirty days before it expires, day by day, until it is renewed', async () => {
  const [old, fresh] = [good(tlsOf(await issue(31))), good(tlsOf(await issue(365)))];
  const { show, said } = follow(old.tls);
  const soon = ['warning', 'the xDS certificate or its authority expires soon: renew it'];
  await show(old, dayMs - 1);
  expect(said).toEqual([]);
  await show(old, 2);
  await show(old, dayMs / 2);
  expect(said).toEqual([soon]);
  await show(old, dayMs / 2);
  expect(said).toEqual([soon, soon]);
  await show(old, 30 * dayMs);
  expect(said.at(-1)).toEqual(['error', 'the xDS certificate or its authority has expired: no Envoy can connect']);
  await show(fresh, dayMs);
  await show(fresh, dayMs);
  expect(said.at(-1)).toEqual(['info', 'the xDS certificate was renewed']);
});
