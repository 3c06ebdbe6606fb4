import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findEnvoy } from '../../controller/dev/envoy-binary.ts';
import { startEnvoy } from '../../controller/dev/envoy-process.ts';
import { checkPorts } from '../../controller/dev/ports.ts';

const directory = mkdtempSync(join(tmpdir(), 'envoy-process-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function script(name: string, body: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('an Envoy that never connects is started again a few times, then given up', async () => {
  const lines: string[] = [];
  const binary = script('dies', 'exit 3');
  const say = (line: string): void => void lines.push(line);
  const envoy = startEnvoy({ binary, config: 'none', say, hasConnected: () => false, pauses: [1, 2, 3] });
  expect(await envoy.gaveUp).toBe(
    `${binary} ended 3 times without connecting, last with exit code 3: name a working Envoy with --envoy`,
  );
  expect(lines).toEqual([
    'Envoy ended with exit code 3; starting it again in 0.001 s',
    'Envoy ended with exit code 3; starting it again in 0.002 s',
  ]);
});

test('an Envoy that has connected is started again for as long as it dies', async () => {
  const lines: string[] = [];
  const binary = script('dies-later', 'exit 3');
  const enough = Promise.withResolvers<'enough'>();
  const say = (line: string): void => void (lines.push(line) === 6 && enough.resolve('enough'));
  const envoy = startEnvoy({ binary, config: 'none', say, hasConnected: () => true, pauses: [1, 2] });
  expect(await Promise.race([enough.promise, envoy.gaveUp])).toBe('enough');
  await envoy.stop();
  expect(lines[0]).toContain('in 0.001 s');
  expect(lines[5]).toContain('in 0.002 s');
});

test('warnings are handed on, without keys; the rest is not', async () => {
  const key = `-----BEGIN PRIVATE KEY-----${'A'.repeat(100)}-----END PRIVATE KEY-----`;
  const binary = script('warns', `echo "info all is well" >&2; echo "warning bad ${key}" >&2; exec sleep 300`);
  let envoy: ReturnType<typeof startEnvoy> | null = null;
  const line = await new Promise((resolve) => {
    envoy = startEnvoy({ binary, config: 'none', say: resolve, hasConnected: () => false });
  });
  expect(line).toBe('envoy: warning bad [redacted]');
  await (envoy as unknown as ReturnType<typeof startEnvoy>).stop();
});

test('Envoy is looked for where it was named, then on the path', async () => {
  const binary = script('envoy', 'exit 0');
  const other = script('other', 'exit 0');
  const say = (): void => {};
  expect(await findEnvoy({ explicit: other, env: { ENVOY_PATH: binary, PATH: directory }, say })).toBe(other);
  expect(await findEnvoy({ explicit: null, env: { ENVOY_PATH: other, PATH: directory }, say })).toBe(other);
  expect(await findEnvoy({ explicit: null, env: { PATH: `/nowhere:${directory}` }, say })).toBe(binary);
  await expect(findEnvoy({ explicit: '/nowhere/envoy', env: {}, say })).rejects.toThrow('--envoy names /nowhere/envoy');
  await expect(findEnvoy({ explicit: null, env: { ENVOY_PATH: directory }, say })).rejects.toThrow('ENVOY_PATH names');
});

test('without python3 the missing Envoy is one clear line', async () => {
  const env = { PATH: '/nowhere', XDG_CACHE_HOME: join(directory, 'cache') };
  await expect(findEnvoy({ explicit: null, env, say: () => {} })).rejects.toThrow(/python3 is missing.*--envoy/);
});

test('a taken port, and one given twice, are named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const http = { name: 'http', port, setting: '--http-port' };
  await expect(checkPorts([http])).rejects.toThrow(`port ${port} (http) is already in use`);
  server.close();
  await once(server, 'close');
  await checkPorts([http]);
  await expect(checkPorts([http, { name: 'https', port, setting: '--https-port' }])).rejects.toThrow(
    '--http-port and --https-port',
  );
});
