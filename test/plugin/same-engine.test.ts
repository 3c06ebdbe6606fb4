import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freePorts } from '../support/free-ports.ts';
import { builtPlugin, cleanEnv, golden } from './built-plugin.ts';

const plugin = builtPlugin();

/** `contour serve` on the golden manifests; answers its debug endpoint. */
async function serve(): Promise<string> {
  const [debugPort = 0, xdsPort = 0] = await freePorts(2);
  const contour = join(dirname(plugin.file), 'contour.js');
  const ports = ['--debug-http-port', `${debugPort}`, '--xds-port', `${xdsPort}`];
  const child = spawn(process.execPath, [contour, 'serve', '--insecure', '--manifests', 'shop.yaml', ...ports], {
    cwd: golden,
    env: cleanEnv({}),
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return `http://127.0.0.1:${debugPort}`;
}

test('a running controller and the files give one table', async () => {
  const url = await serve();
  const fromFiles = await plugin.run(['routes', '-f', 'shop.yaml', '--closed', '--invalid', '-o', 'json'], {
    cwd: golden,
  });
  const files = JSON.parse(fromFiles.stdout) as { items: readonly { programmed: unknown }[] };
  const controller = await eventually(async () => {
    const { stdout } = await plugin.run(['routes', '--debug-url', url, '--invalid', '-o', 'json']);
    return JSON.parse(stdout) as { items: readonly { programmed: unknown }[] };
  });
  const withoutEnvoys = ({ items }: typeof files) => items.map((item) => ({ ...item, programmed: null }));
  expect(withoutEnvoys(controller)).toEqual(withoutEnvoys(files));
  expect(Object.keys(controller)).toEqual(Object.keys(files));

  const schema = readFileSync(new URL('../../docs/schemas/route-table.schema.json', import.meta.url), 'utf8');
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(JSON.parse(schema) as object);
  expect(validate(controller), JSON.stringify(validate.errors)).toBe(true);
}, 30_000);
