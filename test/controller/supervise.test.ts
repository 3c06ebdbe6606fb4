import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { removeAtEnd, runGuarded } from '../../controller/dev/supervise.ts';
import { eventually } from '../support/eventually.ts';

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has reaped yet has ended all the same.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('says how the program ended', async () => {
  const child = runGuarded('/bin/sh', ['-c', 'exit 7']);
  expect(await child.ended).toBe(7);
});

test('a program that ignores TERM is killed', async () => {
  const child = runGuarded('/bin/sh', ['-c', 'trap "" TERM; echo $$; while :; do sleep 0.1; done']);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(alive(Number(line))).toBe(true);
  await child.stop();
  expect(alive(Number(line))).toBe(false);
});

test('arguments arrive as they are', async () => {
  const child = runGuarded('/bin/sh', ['-c', 'printf "%s\\n" "$1"', 'sh', '$(touch x) "; exit 9']);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  expect(line).toBe('$(touch x) "; exit 9');
  expect(await child.ended).toBe(0);
});

test('removes the directory when asked', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'guarded-'));
  await removeAtEnd(directory)();
  expect(existsSync(directory)).toBe(false);
});

test('kill -9 of the owner ends the program and removes the directory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'guarded-'));
  const module = new URL('../../controller/dev/supervise.ts', import.meta.url).href;
  const script = `
    const { removeAtEnd, runGuarded } = await import(${JSON.stringify(module)});
    removeAtEnd(process.argv[1]);
    runGuarded('/bin/sh', ['-c', 'echo $$; exec sleep 300']).stdout.pipe(process.stdout);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
  expect(alive(Number(line))).toBe(true);
  owner.kill('SIGKILL');
  await eventually(() => expect([alive(Number(line)), existsSync(directory)]).toEqual([false, false]));
});
