import { X509Certificate } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { main } from '../../controller/main.ts';
import { startLoad } from '../envoy/load.ts';
import { listOf, proxy } from '../envoy/manifests.ts';
import { askRaw } from '../envoy/raw-request.ts';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { type MountedSecret, mountSecret } from '../support/mounted-secret.ts';
import { fourPorts, nameFlags, type Ports, writeBootstrap } from './booted-envoy.ts';

let folder: string;
let authorities: readonly [Authority, Authority];
let ports: Ports;
let contourcert: MountedSecret;
let envoycert: MountedSecret;
const cleanups: (() => Promise<unknown> | void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-rotation-'));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  authorities = [createAuthority(), createAuthority()];
  cleanups.push(() => authorities.forEach((authority) => authority.close()));
  ports = await fourPorts();
  contourcert = mountSecret(path.join(folder, 'contourcert'), authorities[0].issue('contour'));
  envoycert = mountSecret(path.join(folder, 'envoycert'), authorities[0].issue('envoy'));
  mkdirSync(path.join(folder, 'manifests'));
  tell('first.test');
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const tell = (host: string): void =>
  writeFileSync(path.join(folder, 'manifests', `${host}.json`), listOf(proxy(host, null)));

const statusOf = async (host: string): Promise<number> => (await askRaw({ port: ports.http, host, path: '/' })).status;

/** A real `contour serve` of the folder, with the certificates that are mounted. */
async function serve(): Promise<{ readonly log: () => string; stop(): Promise<void> }> {
  const signals = new EventEmitter();
  const stderr = new PassThrough({ encoding: 'utf8' });
  let log = '';
  stderr.on('data', (text: string) => (log += text));
  const { ca, certificate, key } = contourcert;
  const files = ['--contour-cafile', ca, '--contour-cert-file', certificate, '--contour-key-file', key];
  const [https = 0] = await freePorts(1);
  const listeners = ['--envoy-service-http-port', `${ports.http}`, '--envoy-service-https-port', `${https}`];
  const own = ['--xds-port', `${ports.xds}`, '--debug-http-port=0', ...listeners, ...files];
  const argv = ['serve', '--manifests', path.join(folder, 'manifests'), ...own];
  const ended = main(argv, { stdout: new PassThrough(), stderr, env: {}, signals });
  const stop = async (): Promise<void> => {
    signals.emit('SIGTERM');
    expect(await ended).toBe(0);
  };
  cleanups.push(stop);
  await eventually(() => expect(log).toContain('msg="serving"'));
  return { log: () => log, stop };
}

async function startEnvoy(): Promise<void> {
  const { ca, certificate, key } = envoycert;
  const files = ['--envoy-cafile', ca, '--envoy-cert-file', certificate, '--envoy-key-file', key];
  const resources = ['--resources-dir', path.join(folder, 'resources')];
  const config = await writeBootstrap(folder, ports, [...files, ...resources]);
  cleanups.push(await runEnvoy(config, ...nameFlags));
  await eventually(async () => expect(await statusOf('first.test')).toBe(200));
}

/** The certificate that whoever connects now is shown. */
function shown(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: ports.xds, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.serialNumber ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const serialOf = ({ certificate }: Identity): string => new X509Certificate(readFileSync(certificate)).serialNumber;
const renewed = 'msg="the xDS certificate was renewed"';
const count = (text: string, word: string): number => text.split(word).length - 1;

it('a rotation of everything, authority included, is noticed by no request and needs no restart', async () => {
  const first = await serve();
  await startEnvoy();
  const load = startLoad(ports.http, () => ({ host: 'first.test', right: (status) => status === 200 }));
  const next = authorities[1];
  contourcert.rotate(next.issue('contour'));
  envoycert.rotate(next.issue('envoy'));
  await eventually(async () => expect(await shown()).toBe(serialOf(contourcert)));

  // On the stream that was there before.
  tell('second.test');
  await eventually(async () => expect(await statusOf('second.test')).toBe(200));
  expect(first.log()).not.toContain('msg="Envoy gone"');
  expect(count(first.log(), renewed)).toBe(1);

  // And on one between the new certificates.
  await first.stop();
  const second = await serve();
  tell('third.test');
  await eventually(async () => expect(await statusOf('third.test')).toBe(200));
  expect(second.log()).toContain('node=envoy-7');
  const { failures, requests } = await load.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

it('a pair that is half written is not loaded, and said once', async () => {
  const { log } = await serve();
  const good = serialOf(contourcert);
  const fresh = authorities[0].issue('contour');
  contourcert.rotate({ ...fresh, key: authorities[0].issue('contour').key });
  const complaint = 'msg="the xDS certificate was not renewed, and the last good one stays"';
  await eventually(() => expect(log()).toContain(complaint));
  expect(await shown()).toBe(good);
  contourcert.rotate(fresh);
  await eventually(async () => expect(await shown()).toBe(serialOf(fresh)));
  expect([count(log(), complaint), count(log(), renewed)]).toEqual([1, 1]);
  expect(log()).not.toMatch(/[A-Za-z0-9+/]{60}/);
});
