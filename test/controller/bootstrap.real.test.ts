import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { createWorld } from '../../xds/envoy/world.ts';
import { createXdsServer, type XdsServer } from '../../xds/serve/server.ts';
import { askAdmin } from '../envoy/admin.ts';
import { runEnvoy } from '../envoy/run-envoy.ts';
import { hashes } from '../envoy-messages/hashes.ts';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { testEnvoy } from '../support/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { everyKey, graphOf } from '../support/graphs.ts';
import { mountSecret } from '../support/mounted-secret.ts';
import { runMain } from './run-main.ts';

let folder: string;
let authorities: Authority[];
let ports: { readonly xds: number; readonly stats: number; readonly admin: number; readonly http: number };
const cleanups: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'contour-bootstrap-'));
  authorities = [createAuthority(), createAuthority()];
  const [xds = 0, stats = 0, admin = 0, http = 0] = await freePorts(4);
  ports = { xds, stats, admin, http };
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  for (const authority of authorities) authority.close();
  rmSync(folder, { recursive: true });
});

/** What `contour bootstrap` writes, on ports that are free here. */
async function writeBootstrap(...flags: readonly string[]): Promise<string> {
  const file = path.join(folder, 'envoy.json');
  const admin = ['--admin-address', path.join(folder, 'admin.sock'), '--xds-port', `${ports.xds}`];
  expect(await runMain(['bootstrap', file, ...admin, ...flags])).toEqual({ code: 0, stdout: '', stderr: '' });
  const text = readFileSync(file, 'utf8');
  const onFreePorts = text.replaceAll(': 8002', `: ${ports.stats}`).replaceAll(': 9001', `: ${ports.admin}`);
  writeFileSync(file, onFreePorts);
  return file;
}

async function serveXds({ ca, certificate, key }: Identity): Promise<XdsServer> {
  const [caPem, certificatePem, keyPem] = [ca, certificate, key].map((file) => readFileSync(file)) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const xds = createXdsServer({ tls: { ca: caPem, certificate: certificatePem, key: keyPem } });
  cleanups.push(() => xds.close());
  await xds.listen(`127.0.0.1:${ports.xds}`);
  const settings = { ...defaultEnvoySettings, http: { address: '127.0.0.1', port: ports.http } };
  xds.demand((dialect) => {
    const graph = graphOf({});
    xds.publish(dialect, createWorld(dialect, settings, hashes).update(graph, everyKey(graph)));
  });
  return xds;
}

const nameFlags = ['--service-node', 'envoy-7', '--service-cluster', 'edge'];
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
  const file = await writeBootstrap('--xds-address', 'contour', ...flags);
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
  await startEnvoy(await writeBootstrap(...tls, '--resources-dir', path.join(folder, 'resources')));
  const socket = path.join(folder, 'admin.sock');
  await eventually(
    async () => expect((await askAdmin(socket, '/server_info')).toString()).toContain('"state"'),
    10_000,
  );
  await expect(ready()).rejects.toThrow('fetch failed');

  const xds = await serveXds(authority.issue('contour'));
  await eventually(async () => expect((await ready()).status).toBe(200), 15_000);
  expect(xds.envoys()).toMatchObject([{ node: 'envoy-7', cluster: 'edge' }]);
  expect((await fetch(`http://127.0.0.1:${ports.http}/`)).status).toBe(404);
});

it('shows an operator what changes nothing, and nobody a way to change or stop it', async () => {
  const [authority] = authorities as [Authority];
  const { ca, certificate, key } = authority.issue('envoy');
  await startEnvoy(
    await writeBootstrap('--envoy-cafile', ca, '--envoy-cert-file', certificate, '--envoy-key-file', key),
  );
  await serveXds(authority.issue('contour'));
  await eventually(async () => expect((await ready()).status).toBe(200), 15_000);
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
  await startEnvoy(await writeBootstrap(...tls, '--resources-dir', path.join(folder, 'resources')));
  const before = await serveXds(first.issue('contour'));
  await eventually(async () => expect((await ready()).status).toBe(200), 15_000);

  mounted.rotate(second.issue('envoy'));
  await before.close();
  const after = await serveXds(second.issue('contour'));
  await eventually(() => expect(after.envoys()).toMatchObject([{ node: 'envoy-7' }]), 15_000);
});
