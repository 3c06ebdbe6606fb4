import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selfSigned } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { startLoad } from './load.ts';
import { type Manifest, proxy, tlsSecret } from './manifests.ts';
import { askRaw } from './raw-request.ts';
import { askTls, askTlsHttp2, shownSerial } from './tls-request.ts';
import { type Proxy, startWhole, type Whole } from './whole.ts';

const host = 'secure.example.com';

let whole: Whole;
let envoy: Proxy;

beforeAll(async () => {
  whole = await startWhole();
  const backend = await whole.backend('shop');
  await whole.apply(
    ...backend.objects,
    ...secured(host),
    ...secured('*.wild.example.com'),
    ...secured('below.wild.example.com'),
  );
  envoy = await whole.envoy();
  await whole.live();
});

afterAll(() => whole.close());

const secretOf = (name: string) => name.replace('*', 'any');

/** A host behind TLS with a certificate of its own. */
function secured(name: string): readonly Manifest[] {
  return [proxy(name, 'shop', { secret: secretOf(name) }), tlsSecret(secretOf(name), selfSigned(name))];
}

const keepAsking = () =>
  startLoad(envoy.httpsPort, () => ({ host, right: (status) => status === 200 }), { servername: host });

async function listenerUpdates(): Promise<string> {
  return envoy.admin('/stats?filter=listener_manager.lds.update_success');
}

it('rotates a certificate twenty-four times, and cuts and refuses nobody', async () => {
  const before = await listenerUpdates();
  const load = keepAsking();
  for (let turn = 0; turn < 24; turn += 1) {
    const pair = selfSigned(host);
    const { serialNumber } = new X509Certificate(pair.certificate);
    await whole.apply(tlsSecret(host, pair));
    await eventually(async () => expect(await shownSerial(envoy.httpsPort, host)).toBe(serialNumber));
  }
  const { requests, failures, cut } = await load.stop();
  expect({ failures, cut }).toEqual({ failures: [], cut: 0 });
  expect(requests).toBeGreaterThan(100);
  expect(await listenerUpdates()).toBe(before);
});

it('adds and removes other hosts without cutting a connection', async () => {
  const load = keepAsking();
  const others = Array.from({ length: 10 }, (_, index) => secured(`other-${index}.example.com`));
  for (const [index, other] of others.entries()) {
    await whole.apply(...other);
    await eventually(() => shownSerial(envoy.httpsPort, `other-${index}.example.com`));
  }
  for (const other of others) await whole.remove(...other);
  await whole.live();
  await eventually(async () => {
    await expect(shownSerial(envoy.httpsPort, 'other-0.example.com')).rejects.toThrow(/ECONNRESET|disconnected/);
  });
  const { requests, failures, cut } = await load.stop();
  expect({ failures, cut }).toEqual({ failures: [], cut: 0 });
  expect(requests).toBeGreaterThan(50);
});

it.each([
  [host, 'below.wild.example.com', 421],
  [host, 'unknown.example.com', 421],
  ['a.wild.example.com', 'b.wild.example.com', 421],
  ['a.wild.example.com', 'below.wild.example.com', 421],
  ['below.wild.example.com', 'a.wild.example.com', 421],
  ['a.wild.example.com', 'A.Wild.example.com:8443', 200],
  [host, 'SECURE.example.com:443', 200],
])('a client that shook hands for %s and asks for %s is answered %i', async (serverName, asked, status) => {
  expect(await askTls({ port: envoy.httpsPort, serverName, host: asked })).toMatchObject({ status });
  expect(await askTlsHttp2(envoy.httpsPort, serverName, asked)).toMatchObject({ status });
});

it('stops serving a host whose Secret is deleted, and serves it again with the next one', async () => {
  const [object = {}, secret = {}] = secured('revoked.example.com');
  await whole.apply(object, secret);
  await eventually(() => shownSerial(envoy.httpsPort, 'revoked.example.com'));
  await whole.remove(secret);
  await eventually(async () => {
    await expect(shownSerial(envoy.httpsPort, 'revoked.example.com')).rejects.toThrow(/ECONNRESET|disconnected/);
  });
  expect(await askRaw({ port: envoy.httpPort, host: 'revoked.example.com', path: '/' })).toMatchObject({ status: 503 });
  await whole.apply(secret);
  await eventually(() => shownSerial(envoy.httpsPort, 'revoked.example.com'));
});
