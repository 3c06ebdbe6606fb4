import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import tls from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { examplesFolder } from '../examples/expectations.ts';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { contourBin } from '../support/contour-dev.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';

let folder: string;
let ours: Authority;
let others: Authority;
let contour: ChildProcess;
let xdsPort: number;
let httpPort: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contour-mtls-'));
  ours = createAuthority();
  others = createAuthority();
  const [xds = 0, http = 0, https = 0, debug = 0] = await freePorts(4);
  [xdsPort, httpPort] = [xds, http];
  const { ca, certificate, key } = ours.issue('contour');
  const files = ['--contour-cafile', ca, '--contour-cert-file', certificate, '--contour-key-file', key];
  const ports = ['--xds-port', `${xds}`, '--debug-http-port', `${debug}`];
  const listeners = ['--envoy-service-http-port', `${http}`, '--envoy-service-https-port', `${https}`];
  const flags = ['serve', '--manifests', examplesFolder, ...files, ...ports, ...listeners];
  contour = spawn(process.execPath, [contourBin, ...flags], { stdio: 'ignore' });
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${debug}/readyz`)).status).toBe(200));
});

afterAll(async () => {
  const ended = once(contour, 'exit');
  contour.kill('SIGTERM');
  await ended;
  ours.close();
  others.close();
  rmSync(folder, { recursive: true });
});

it('serves an Envoy that shows a certificate of the same authority', async () => {
  const config = join(folder, 'envoy.json');
  const options = {
    xds: { host: '127.0.0.1', port: xdsPort },
    admin: { path: join(folder, 'admin.sock') },
    tls: ours.issue('envoy'),
  };
  writeFileSync(config, JSON.stringify(bootstrap(options)));
  const stopEnvoy = await runEnvoy(config);
  try {
    await eventually(async () => expect((await fetch(`http://127.0.0.1:${httpPort}/`)).status).toBe(404));
  } finally {
    await stopEnvoy();
  }
});

it.each([
  ['without a certificate', () => ({})],
  ['with a certificate of another authority', () => pem(others.issue('envoy'))],
])('hears no client %s', async (_, identity) => {
  await expect(shakeHands({ ...identity(), maxVersion: 'TLSv1.3' })).rejects.toThrow(
    /certificate required|unknown ca|closed without a word|ECONNRESET/i,
  );
});

it('shakes hands over TLS 1.3 only', async () => {
  const identity = pem(ours.issue('envoy'));
  await expect(shakeHands({ ...identity, maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/i);
  await expect(shakeHands({ ...identity, maxVersion: 'TLSv1.3' })).resolves.toBeUndefined();
});

function pem({ certificate, key }: Identity): tls.ConnectionOptions {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
}

/** Resolves when the server speaks HTTP/2; a refusal in TLS 1.3 comes only after the client's side is done. */
function shakeHands(options: tls.ConnectionOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(ours.issue('unused').ca);
    const to = { host: '127.0.0.1', port: xdsPort, ca, servername: 'contour', ALPNProtocols: ['h2'] };
    const socket = tls.connect({ ...to, ...options });
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed without a word')));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
  });
}
