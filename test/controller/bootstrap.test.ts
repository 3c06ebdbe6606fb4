import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runMain } from './run-main.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'contour-bootstrap-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const tlsFlags = [
  '--envoy-cafile=/certs/ca.crt',
  '--envoy-cert-file=/certs/tls.crt',
  '--envoy-key-file=/certs/tls.key',
];

it('prints a bootstrap to stdout', async () => {
  const { code, stdout, stderr } = await runMain(['bootstrap', '-', '--xds-address', '10.0.0.1']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expect(stdout).toMatchFileSnapshot('golden/bootstrap.json');
});

it('writes what follows rotated certificates beside a bootstrap that names it', async () => {
  const file = path.join(folder, 'config', 'envoy.json');
  const where = ['--xds-address=contour', '--xds-port=8001', '--resources-dir=/config/resources/'];
  // Envoy reads the folder by another name than we write it by.
  const resources = path.join(folder, 'resources');
  const limits = ['--overload-max-heap=2000000000', '--overload-downstream-max-conn=0', '--dns-lookup-family=v4'];
  const flags = [...tlsFlags, ...where.with(2, `--resources-dir=${resources}/`), ...limits, '--namespace=edge'];
  expect(await runMain(['bootstrap', file, ...flags])).toEqual({ code: 0, stdout: '', stderr: '' });
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8').replaceAll(folder, '/config');
  await expect(read('config/envoy.json')).toMatchFileSnapshot('golden/bootstrap-sds.json');
  await expect(read('resources/sds/xds-tls-certificate.json')).toMatchFileSnapshot('golden/xds-tls-certificate.json');
  await expect(read('resources/sds/xds-validation-context.json')).toMatchFileSnapshot(
    'golden/xds-validation-context.json',
  );
});

it('takes files and namespace from the environment', async () => {
  const env = {
    ENVOY_CAFILE: '/env/ca',
    ENVOY_CERT_FILE: '/env/crt',
    ENVOY_KEY_FILE: '/env/key',
    CONTOUR_NAMESPACE: 'env',
  };
  const { stdout } = await runMain(['bootstrap', '-', '--envoy-cafile', '/flag/ca'], env);
  for (const text of ['"/flag/ca"', '"/env/crt"', '"/env/key"', '"env_contour_8001"']) expect(stdout).toContain(text);
  expect(stdout).not.toContain('/env/ca');
});

it('tells the controller where the Pod of the Envoy is, where it is told itself', async () => {
  const nodeOf = async (words: readonly string[], env = {}): Promise<unknown> => {
    const { stdout } = await runMain(['bootstrap', '-', ...words], env);
    return (JSON.parse(stdout) as { readonly node?: object }).node;
  };
  const at = (ip: string): object => ({ metadata: { 'kubectl-contour.io/pod-ip': ip } });
  expect(await nodeOf([], { ENVOY_POD_IP: '10.244.0.7' })).toEqual(at('10.244.0.7'));
  expect(await nodeOf(['--envoy-pod-ip=fd00::7'], { ENVOY_POD_IP: '10.244.0.7' })).toEqual(at('fd00::7'));
  expect(await nodeOf([], { ENVOY_POD_IP: '' })).toBeUndefined();
});

it('replaces a file whole, and lets others read it', async () => {
  const file = path.join(folder, 'envoy.json');
  writeFileSync(file, 'x'.repeat(100_000), { mode: 0o600 });
  const mask = process.umask(0);
  try {
    expect((await runMain(['bootstrap', file])).code).toBe(0);
  } finally {
    process.umask(mask);
  }
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('static_resources');
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(readdirSync(folder)).toEqual(['envoy.json']);
});

it('takes the port of an admin interface that has none, and says so', async () => {
  const { code, stderr } = await runMain(['bootstrap', '-', '--admin-port', '9001']);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'warning: --admin-port has no effect: the admin interface is at --admin-address alone\n',
  });
});

it.each([
  [[], 'say where to write'],
  [['a', 'b'], '"b" is one argument too many'],
  [['-', '--admin-address', '127.0.0.1'], '--admin-address takes the absolute path of a Unix socket'],
  [['-', '--admin-address', `/${'x'.repeat(107)}`], 'a path of at most 107 bytes'],
  [['-', '--dns-lookup-family', 'v5'], '--dns-lookup-family takes auto, v4, v6 or all, and not "v5"'],
  [['-', '--xds-resource-version', 'v2'], '--xds-resource-version takes v3 only, and not "v2"'],
  [['-', '--xds-port', '0'], '--xds-port'],
  [['-', '--xds-address', ''], '--xds-address takes a name or an IP address'],
  [['-', '--envoy-pod-ip', 'envoy-1'], '--envoy-pod-ip takes an IP address, and not "envoy-1"'],
  [['-', '--overload-max-heap', '1G'], '--overload-max-heap takes a whole number from 0, and not "1G"'],
  [['-', '--envoy-cafile', '/ca'], 'give all three or none'],
  [['-', '--resources-dir', '/r'], '--resources-dir follows certificates'],
  [['/dev/null/x'], '/dev/null/x cannot be written'],
  [['-', '--nonsense'], '--nonsense'],
])('bootstrap %j is one line on stderr and exit code 1', async (argv, message) => {
  const { code, stdout, stderr } = await runMain(['bootstrap', ...argv]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  expect(stderr).toContain(message);
});

it('has a help', async () => {
  const { code, stdout } = await runMain(['bootstrap', '-h']);
  expect(code).toBe(0);
  expect(stdout).toContain('--xds-port PORT');
});
