import tls from 'node:tls';
import { credentials } from '@grpc/grpc-js';
import { afterEach, expect, it } from 'vitest';
import { type Certificates, makeCertificates } from '../../controller/certgen/certificates.ts';
import { createXdsServer, type XdsServer, type XdsTls } from '../../xds/serve/server.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import { connect } from './grpc-client.ts';
import { cluster, upsert } from './resources.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const issue = (): Promise<Certificates> => makeCertificates({ namespace: 'edge', lifetimeDays: 1, now: new Date() });
const serving = ({ authority, contour }: Certificates): XdsTls => ({
  ca: Buffer.from(authority),
  certificate: Buffer.from(contour.certificate),
  key: Buffer.from(contour.key),
});

async function serve(first: Certificates): Promise<{ readonly server: XdsServer; readonly address: string }> {
  const server = createXdsServer({ tls: serving(first) });
  closers.push(() => server.close());
  return { server, address: await server.listen('127.0.0.1:0') };
}

function client(address: string, { authority, envoy }: Certificates) {
  const [ca, key, certificate] = [authority, envoy.key, envoy.certificate].map((pem) => Buffer.from(pem)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const channel = credentials.createSsl(ca, key, certificate);
  const connected = connect(address, channel, { 'grpc.ssl_target_name_override': 'contour' });
  closers.push(() => connected.close());
  return connected;
}

interface Shaken {
  readonly serial: string;
  readonly session: Buffer | null;
  readonly resumed: boolean;
}

/** Rejects where the server refuses. In TLS 1.3 a client hears of it only when it reads. */
async function shakeHands(address: string, { authority, envoy }: Certificates, more: tls.ConnectionOptions = {}) {
  const [host = '', port] = address.split(':');
  const identity = { ca: authority, cert: envoy.certificate, key: envoy.key, servername: 'contour' };
  const socket = tls.connect({ host, port: Number(port), ALPNProtocols: ['h2'], ...identity, ...more });
  let session: Buffer | null = null;
  socket.on('session', (ticket) => (session = ticket));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('data', () => resolve()).once('error', reject);
      socket.once('close', () => reject(new Error('closed without a word')));
    });
    const { serialNumber: serial } = socket.getPeerCertificate();
    return { serial, session, resumed: socket.isSessionReused() } as Shaken;
  } finally {
    socket.destroy();
  }
}

it('new certificates are shown to whom connects, and those who are connected notice nothing', async () => {
  const [old, fresh] = [await issue(), await issue()];
  const { server, address } = await serve(old);
  server.publish('ads-delta', upsert(cluster('early')));
  const stream = client(address, old).delta();
  stream.send({ node: { id: 'envoy-1' }, typeUrl: typeUrl.cluster });
  const first = await stream.next();
  stream.send({ typeUrl: typeUrl.cluster, responseNonce: first.nonce });

  const before = await shakeHands(address, old);
  server.renew(serving(fresh));
  const after = await shakeHands(address, fresh);
  expect(after.serial).not.toBe(before.serial);
  await expect(shakeHands(address, old)).rejects.toThrow(/self-signed|verify/);

  server.publish('ads-delta', upsert(cluster('late')));
  expect((await stream.next()).resources?.map(({ name }) => name)).toEqual(['late']);
});

it('a client whose authority is gone is refused, with what it kept of its last connection too', async () => {
  const [old, fresh] = [await issue(), await issue()];
  const { server, address } = await serve(old);
  const { session } = await shakeHands(address, old);
  expect(session).not.toBeNull();
  expect((await shakeHands(address, old, { session: session! })).resumed).toBe(true);
  server.renew(serving(fresh));
  await expect(shakeHands(address, old, { session: session!, ca: fresh.authority })).rejects.toThrow(
    /unknown ca|certificate|closed without a word|ECONNRESET/i,
  );
});

it('a bundle lets in old and new while one is replaced by the other', async () => {
  const [old, fresh] = [await issue(), await issue()];
  const { server, address } = await serve(old);
  const bundle = { authority: old.authority + fresh.authority, contour: old.contour, envoy: fresh.envoy };
  server.renew(serving(bundle));
  await expect(shakeHands(address, old)).resolves.toBeDefined();
  await expect(shakeHands(address, bundle)).resolves.toBeDefined();
});

it('TLS stays at 1.3 after it', async () => {
  const [old, fresh] = [await issue(), await issue()];
  const { server, address } = await serve(old);
  await expect(shakeHands(address, old, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/i);
  server.renew(serving(fresh));
  await expect(shakeHands(address, fresh, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/i);
  await expect(shakeHands(address, fresh)).resolves.toBeDefined();
});
