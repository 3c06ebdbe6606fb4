import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../plugin/command-line/catalogue.ts';
import { builtPlugin, golden } from './built-plugin.ts';

const plugin = builtPlugin();

/** Those whose help is their own, with what asks for it: `dev` has that of the controller. */
const helped = catalogue
  .filter(({ name, passThrough }) => !passThrough && name !== 'help' && name !== 'options')
  .map(({ name }) => [name.replaceAll(' ', '-'), [...name.split(' '), '--help']] as const);

test.each([['overview', []] as const, ['options', ['options']] as const, ...helped])('help: %s', async (name, args) => {
  const { code, stdout, stderr } = await plugin.run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await expect(stdout).toMatchFileSnapshot(join(golden, `help-${name}.txt`));
});

test('every way of asking for help gives the same', async () => {
  const { stdout } = await plugin.run(['routes', '--help']);
  for (const args of [
    ['routes', '-h'],
    ['help', 'routes'],
    ['--help', 'routes'],
    ['routes', 'a', 'b', '-h'],
  ]) {
    expect((await plugin.run(args)).stdout).toBe(stdout);
  }
  const overview = await plugin.run([]);
  for (const args of [['help'], ['-h']]) expect((await plugin.run(args)).stdout).toBe(overview.stdout);
});

test('the version of the plugin needs nobody else', async () => {
  const { stdout } = await plugin.run(['--version']);
  expect(stdout).toMatch(/^Client Version: v\d+\.\d+\.\d+\n$/);
  expect(await plugin.run(['version', '--client'])).toEqual({ code: 0, stdout, stderr: '' });
  const json = await plugin.run(['version', '--client', '-o', 'json']);
  expect(JSON.parse(json.stdout)).toEqual({ client: { version: stdout.trim().replace('Client Version: v', '') } });
});

test('without a controller the version is half an answer', async () => {
  const { code, stdout, stderr } = await plugin.run(['version', '--debug-url', 'http://127.0.0.1:1']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Client Version: /);
  expect(stderr).toBe(
    'Warning: no version of a controller: the controller at http://127.0.0.1:1/ refused the connection\n',
  );
});
