import { X509Certificate } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { type ContourDev, startContourDev } from '../support/contour-dev.ts';
import { eventually } from '../support/eventually.ts';
import { startLoad } from './load.ts';
import { listOf, type Manifest, proxy, service, tlsSecret } from './manifests.ts';
import { shownSerial } from './tls-request.ts';

const host = 'secure.example.com';
const pair = selfSigned(host);
const other = selfSigned(host);
const { serialNumber } = new X509Certificate(pair.certificate);

let folder: string;
let dev: ContourDev;

function write(name: string, ...objects: readonly Manifest[]): void {
  const file = path.join(folder, name);
  writeFileSync(`${file}.new`, listOf(...objects));
  renameSync(`${file}.new`, file);
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-certificates-'));
  write('shop.json', service('shop'), proxy(host, 'shop', { secret: 'tls' }));
  write('tls.json', tlsSecret('tls', pair));
  dev = await startContourDev(folder, '--echo');
});

afterAll(async () => {
  await dev.stop();
  rmSync(folder, { recursive: true });
});

const empty = Buffer.alloc(0);

it.each([
  ['the key of another certificate', { certificate: pair.certificate, key: other.key }, /key/],
  ['no PEM at all', { certificate: Buffer.from('nonsense'), key: Buffer.from('nonsense') }, /CERTIFICATE/],
  ['nothing', { certificate: empty, key: empty }, /CERTIFICATE/],
  ['a weak key', selfSigned(host, ['-newkey', 'rsa:1024']), /2048/],
  [
    'a curve that Envoy refuses',
    selfSigned(host, ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1']),
    /curve/,
  ],
])('a new certificate with %s leaves the old one in place, and is told', async (_name, broken, reason) => {
  const load = startLoad(dev.httpsPort, () => ({ host, right: (status) => status === 200 }), { servername: host });
  write('tls.json', tlsSecret('tls', broken));
  await eventually(async () => expect(await told()).toMatch(reason));
  expect(await told()).toMatch(/last one that could be used is still served/);
  expect(await shownSerial(dev.httpsPort, host)).toBe(serialNumber);
  expect(await nacks()).toEqual([]);
  write('tls.json', tlsSecret('tls', pair));
  await eventually(async () => expect(await told()).not.toMatch(/still served/));
  const { failures, cut } = await load.stop();
  expect({ failures, cut }).toEqual({ failures: [], cut: 0 });
});

/** What the controller says of every object. */
async function told(): Promise<string> {
  return JSON.stringify(await dev.debug('/debug/objects'));
}

async function nacks(): Promise<readonly unknown[]> {
  const { items } = (await dev.debug('/debug/streams')) as {
    items: readonly { types: readonly { nacks: readonly unknown[] }[] }[];
  };
  return items.flatMap(({ types }) => types.flatMap((type) => type.nacks));
}
