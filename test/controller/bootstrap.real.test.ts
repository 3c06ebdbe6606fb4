import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { XdsServer } from '../../xds/serve/server.ts';
import { askAdmin } from '../envoy/admin.ts';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { testEnvoy } from '../support/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { mountSecret } from '../support/mounted-secret.ts';
import { adminSocket, fourPorts, nameFlags, pemOf, type Ports, serveXds, writeBootstrap } from './booted-envoy.ts';

let folder: string;
let authorities: Authority[];
let ports: Ports;
const cleanups: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-bootstrap-'));
  authorities = [createAuthority(), createAuthority()];
  ports = await fourPorts();
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  for (const authority of authorities) authority.close();
  rmSync(folder, { recursive: true });
});

const bootstrapWith = (...flags: readonly string[]): Promise<string> => writeBootstrap(folder, ports, flags);

async function serve(identity: Identity): Promise<XdsServer> {
  const xds = await serveXds(pemOf(identity), ports);
  cleanups.push(() => xds.close());
  return xds;
}

const ready = (): Promise<Response> => fetch(`http://127.0.0.1:${ports.stats}/ready`);

async function startEnvoy(file: string): Promise<void> {
  const stop = await runEnvoy(file, ...nameFlags);
  cleanups.push(stop);
}

it.each([
  ['plain', []],
  [
    'with every flag',
    ['--overload-max-heap=2000000000', '--overload-downstream-max-conn=10', '--dns-lookup-family=all'],
  ],
])('writes what Envoy holds valid: %s', async (_, flags) => {
  const file = await bootstrapWith('--xds-address', 'contour', ...flags);
  const said = execFileSync(await testEnvoy(), ['--mode', 'validate', '-c', file, ...nameFlags], {
    encoding: 'utf8',
    stdio: 'pipe',
    timeout: 20_000,
  });
  expect(said).toContain('OK');
});

it('starts an Envoy under the name of its command line, which is ready once it has been told a world', async () => {
  const [authority] = authorities as [Authority];
  const mounted = mountSecret(path.join(folder, 'certs'), authority.issue('envoy'));
  const tls = ['--envoy-cafile', mounted.ca, '--envoy-cert-file', mounted.certificate, '--envoy-key-file', mounted.key];
  await startEnvoy(await bootstrapWith(...tls, '--resources-dir', path.join(folder, 'resources')));
  const socket = adminSocket(folder);
  await eventually(async () => expect((await askAdmin(socket, '/server_info')).toString()).toContain('"state"'));
  await expect(ready()).rejects.toThrow('fetch failed');

  const xds = await serve(authority.issue('contour'));
  await eventually(async () => expect((await ready()).status).toBe(200));
  expect(xds.envoys()).toMatchObject([{ node: 'envoy-7', cluster: 'edge' }]);
  expect((await fetch(`http://127.0.0.1:${ports.http}/`)).status).toBe(404);
});

it('shows an operator what changes nothing, and nobody a way to change or stop it', async () => {
  const [authority] = authorities as [Authority];
  const { ca, certificate, key } = authority.issue('envoy');
  await startEnvoy(
    await bootstrapWith('--envoy-cafile', ca, '--envoy-cert-file', certificate, '--envoy-key-file', key),
  );
  await serve(authority.issue('contour'));
  await eventually(async () => expect((await ready()).status).toBe(200));
  const status = async (port: number, page: string, method = 'GET'): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}${page}`, { method })).status;
  for (const page of ['/stats', '/stats/prometheus?filter=x']) expect(await status(ports.stats, page)).toBe(200);
  for (const page of ['/config_dump', '/certs', '/clusters', '/quitquitquit', '/'])
    expect(await status(ports.stats, page)).toBe(404);
  for (const page of ['/config_dump', '/certs', '/clusters', '/server_info'])
    expect(await status(ports.admin, page)).toBe(200);
  for (const [port, page] of [
    [ports.admin, '/quitquitquit'],
    [ports.admin, '/healthcheck/fail'],
    [ports.admin, '/stats/../quitquitquit'],
    [ports.stats, '/ready/..//quitquitquit'],
    [ports.stats, '/ready'],
  ] as const)
    expect(await status(port, page, 'POST')).toBe(404);
  expect((await ready()).status).toBe(200);
});

it('starts an Envoy that follows its certificates when kubelet swaps them', async () => {
  const [first, second] = authorities as [Authority, Authority];
  const mounted = mountSecret(path.join(folder, 'certs'), first.issue('envoy'));
  const tls = ['--envoy-cafile', mounted.ca, '--envoy-cert-file', mounted.certificate, '--envoy-key-file', mounted.key];
  await startEnvoy(await bootstrapWith(...tls, '--resources-dir', path.join(folder, 'resources')));
  const before = await serve(first.issue('contour'));
  await eventually(async () => expect((await ready()).status).toBe(200));

  mounted.rotate(second.issue('envoy'));
  await before.close();
  const after = await serve(second.issue('contour'));
  await eventually(() => expect(after.envoys()).toMatchObject([{ node: 'envoy-7' }]));
});
