import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { builtPlugin, cleanEnv, finished, golden, type Finished } from './built-plugin.ts';

const plugin = builtPlugin();
const shop = join(golden, 'shop.yaml');
const onTerminal = fileURLToPath(new URL('on-terminal.py', import.meta.url));

/** Runs the plugin on a terminal; `stdout` is all that was written there. */
function session(
  columns: number,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const command = [onTerminal, `${columns}`, process.execPath, plugin.file, ...args];
  return finished(spawn('python3', command, { env: cleanEnv({ TERM: 'xterm', ...env }), timeout: 20_000 }));
}

test('repeated cells are blank, an invalid status is red, and the source is named', async () => {
  const { code, stdout } = await session(200, ['routes', 'shop.example.com', '-f', shop]);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(`Source: ${shop}`);
  expect(lines.filter((line) => line.startsWith('shop.example.com'))).toHaveLength(1);
  expect(stdout).toMatch(/\n {20,}cart\/cart-v2:8080 +10% +0\/0\n/);
  expect(stdout).toContain('\u001b[31minvalid: IncludeNotFound\u001b[39m');
});

test.each([{ NO_COLOR: '' }, { TERM: 'dumb' }])('no colour with %j', async (env) => {
  const { stdout } = await session(200, ['routes', '-f', shop], env);
  expect(stdout).toContain('invalid: IncludeNotFound');
  expect(stdout).not.toContain('\u001b');
});

test('20 columns lose nothing', async () => {
  const wide = await session(300, ['routes', '-f', shop, '-o', 'wide']);
  expect(await session(20, ['routes', '-f', shop, '-o', 'wide'])).toEqual(wide);
});

test('Ctrl-C ends a watch with 130 and no words', async () => {
  const { code, stdout } = await session(200, ['routes', '-f', shop, '-w'], { INTERRUPT_AFTER: 'IncludeNotFound' });
  expect(code).toBe(130);
  expect(stdout.trimEnd()).toMatch(/\^C$/);
});
