import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createFileText, FileWriteError, readFileTexts, writeFileText } from '../../../files/edit/file-text.ts';
import { temporaryDirectory } from '../temp-directory.ts';

const only = (path: string) => readFileTexts([path])[0] ?? expect.fail('no file');

test('mode, link, mark and line ends stay', () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'real'));
  const real = join(folder, 'real', 'web.yaml');
  writeFileSync(real, '\uFEFFa: 1\r\n');
  chmodSync(real, 0o640);
  const link = join(folder, 'link.yaml');
  symlinkSync('real/web.yaml', link);
  const file = only(link);
  expect(file).toEqual({ path: link, text: '\uFEFFa: 1\r\n' });
  writeFileText(file, file.text.replace('1', '2'));
  expect(readFileSync(real, 'utf8')).toBe('\uFEFFa: 2\r\n');
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(join(folder, 'real'))).toEqual(['web.yaml']);
});

test('a read-only file is left alone', () => {
  const folder = temporaryDirectory();
  const path = join(folder, 'web.yaml');
  writeFileSync(path, 'a: 1\n', { mode: 0o444 });
  expect(() => writeFileText(only(path), 'a: 2\n')).toThrow(
    new FileWriteError(`${path} is read-only, nothing was written`),
  );
  expect(readFileSync(path, 'utf8')).toBe('a: 1\n');
});

test('what somebody else wrote meanwhile is not lost', () => {
  const folder = temporaryDirectory();
  const path = join(folder, 'web.yaml');
  writeFileSync(path, 'a: 1\n');
  const file = only(path);
  writeFileSync(path, 'a: 3\n');
  expect(() => writeFileText(file, 'a: 2\n')).toThrow(/changed by someone else/);
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['a: 3\n', ['web.yaml']]);
});

test('a new file takes the place of none that is there by now', () => {
  const folder = temporaryDirectory();
  const path = join(folder, 'web.yaml');
  createFileText(path, 'a: 1\n');
  expect(() => createFileText(path, 'a: 2\n')).toThrow(
    new FileWriteError(`${path} is there by now, nothing was written`),
  );
  expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['a: 1\n', ['web.yaml']]);
  const nowhere = join(folder, 'none', 'web.yaml');
  expect(() => createFileText(nowhere, 'a: 1\n')).toThrow(`${nowhere} cannot be written (ENOENT), nothing was changed`);
});

test('a full disk leaves the file as it was, and nothing beside it', () => {
  const folder = temporaryDirectory();
  const module = fileURLToPath(new URL('../../../files/edit/file-text.ts', import.meta.url));
  const script = `
    import { createFileText, readFileTexts, writeFileText } from ${JSON.stringify(module)};
    const [file] = readFileTexts(['disk/web.yaml']);
    for (const write of [
      () => writeFileText(file, 'x'.repeat(100_000)),
      () => createFileText('disk/new.yaml', 'x'.repeat(100_000)),
    ]) try { write(); } catch (error) { console.log(error.message); }`;
  writeFileSync(join(folder, 'fill.mjs'), script);
  mkdirSync(join(folder, 'disk'));
  const commands = [
    'mount -t tmpfs -o size=16k tmpfs disk',
    'echo "a: 1" > disk/web.yaml',
    `"$0" fill.mjs`,
    'ls -A disk',
    'cat disk/web.yaml',
  ];
  const shell = ['-rm', 'sh', '-ec', commands.join('\n'), process.execPath];
  const { stdout, stderr } = spawnSync('unshare', shell, { cwd: folder, encoding: 'utf8', timeout: 20_000 });
  expect(stderr).toBe('');
  const refusal = (name: string): string => `disk/${name} cannot be written (ENOSPC), nothing was changed\n`;
  expect(stdout).toBe(`${refusal('web.yaml')}${refusal('new.yaml')}web.yaml\na: 1\n`);
});
