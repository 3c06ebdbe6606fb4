import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../files/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';
import { builtPlugin, golden } from '../built-plugin.ts';
import { worldApi } from '../conventions/world-api.ts';
import { kubeconfig } from '../fake-api.ts';
import { openTerminal, type TerminalOptions } from './terminal.ts';

const plugin = builtPlugin();

/** A copy that may be edited. */
function shopFile(): string {
  const file = join(temporaryDirectory(), 'shop.yaml');
  copyFileSync(join(golden, 'shop.yaml'), file);
  return file;
}

const open = (args: readonly string[], options: TerminalOptions = {}) =>
  openTerminal([process.execPath, plugin.file, ...args], options);

describe('browse', () => {
  test('keys in, screens out, and the terminal is as it was', async () => {
    const terminal = await open(['browse', 'shop.example.com', '-f', shopFile()], { columns: 120 });
    await terminal.sees('▸ shop.example.com');
    expect(await terminal.isAlternate()).toBe(true);
    await terminal.presses('Right', 'Down');
    await terminal.sees('cart/cart-v2:8080');
    await terminal.types('y');
    await terminal.sees('kind: HTTPProxy');
    await terminal.presses('Escape');
    await terminal.types('T');
    await terminal.sees('tree of shop.example.com');
    await terminal.presses('Escape');
    await terminal.types('t');
    await terminal.sees('trace: http://shop.example.com/');
    await terminal.presses('Enter');
    await terminal.sees('answer:');
    await terminal.presses('Escape');
    await terminal.types('w');
    await terminal.sees('a canary is watched in a cluster');
    await terminal.types('i');
    await terminal.sees('invalid only');
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
    expect(await terminal.isAlternate()).toBe(false);
    expect(await terminal.hasCursor()).toBe(true);
    expect(terminal.takesLines()).toBe(true);
    expect((await terminal.screen()).trimEnd()).toBe('before');
  });

  test('objects, certificates and Envoys, and back to routes', async () => {
    const terminal = await open(['browse', '-f', shopFile()], { columns: 120 });
    await terminal.sees('1 routes  2 objects  3 certs  4 sync');
    await terminal.types('2');
    await terminal.sees(/KIND +NAMESPACE +NAME +STATUS/);
    await terminal.sees(/▸ proxy +cart +cart +valid/);
    await terminal.presses('Enter');
    await terminal.sees('esc close');
    await terminal.presses('Escape');
    await terminal.types('3');
    await terminal.sees(/HOST +SECRET +LENT +SAN OK +EXPIRES +STATUS/);
    await terminal.types('4');
    await terminal.sees('only a running controller of this project knows its Envoys');
    await terminal.types('1');
    await terminal.sees(/HOST.*MATCH/);
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  test('D goes on to the wizard with what the row says, and comes back', async () => {
    const file = shopFile();
    const terminal = await open(['browse', 'shop.example.com', '-f', file], { columns: 120 });
    await terminal.sees('▸ shop.example.com');
    await terminal.presses('End');
    await terminal.types('D');
    await terminal.sees(/host +shop\.example\.com +root shop.root/);
    expect(await terminal.isAlternate()).toBe(false);
    await terminal.presses('Escape');
    await terminal.sees('▸ shop.example.com');
    await terminal.types('D');
    await terminal.sees('path prefix');
    for (let erased = 0; erased < 20; erased += 1) await terminal.presses('BSpace');
    await terminal.types('/given');
    await terminal.presses('Enter', 'Enter');
    await terminal.types('cart/given');
    await terminal.presses('Enter');
    await terminal.sees('[enter] apply');
    await terminal.presses('Enter');
    await terminal.sees('same as: kubectl contour delegate shop.example.com/given --to cart/given --create');
    expect(await terminal.isAlternate()).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('prefix: /given');
    await terminal.presses('Escape');
    await terminal.types('/given');
    await terminal.sees(/prefix \/given/);
    await terminal.presses('Enter');
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  test('where a context is protected the wizard asks for the name of what it changes', async () => {
    const api = await worldApi();
    onTestFinished(api.close);
    const config = join(temporaryDirectory(), 'config');
    writeFileSync(config, kubeconfig(api.url, {}, 'shop'));
    const patched = () => api.asked.flatMap(({ method, path }) => (method === 'PATCH' ? [path] : []));
    const args = ['browse', 'plain.example.com', '--protect', 'o*', '--kubeconfig', config];
    const terminal = await open(args, { columns: 120, env: { USER: 'kim' } });
    await terminal.sees('▸ plain.example.com');
    await terminal.types('D');
    await terminal.sees('path prefix');
    await terminal.types('given');
    await terminal.presses('Enter', 'Enter');
    await terminal.types('cart/cart');
    await terminal.presses('Enter');
    await terminal.sees('[enter] apply');
    await terminal.presses('Enter');
    await terminal.sees('type plain to do it');
    await terminal.types('y');
    await terminal.presses('Enter');
    await terminal.sees('that is not plain: nothing was done');
    expect(patched()).toEqual([]);
    await terminal.presses('Enter');
    await terminal.types('plain');
    await terminal.presses('Enter');
    const path = '/apis/projectcontour.io/v1/namespaces/shop/httpproxies/plain';
    await eventually(() => expect(patched()).toEqual([path]));
  });

  test('what changes in a file is seen without a key', async () => {
    const file = shopFile();
    const terminal = await open(['browse', '-f', file]);
    await terminal.sees('shop.example.com');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('shop.example.com', 'new.example.com'));
    await terminal.sees('new.example.com');
    await terminal.seesNo('shop.example.com');
  });

  test('an editor has the terminal for itself, and the screen is back afterwards', async () => {
    const folder = temporaryDirectory();
    const editor = join(folder, 'vi');
    writeFileSync(editor, '#!/bin/sh\necho "editing $1 ${2##*/}"; read a; read b; echo "typed $a $b"; sleep 0.5\n');
    chmodSync(editor, 0o755);
    const terminal = await open(['browse', 'shop.example.com', '-f', shopFile()], { env: { EDITOR: editor } });
    await terminal.sees('▸ shop.example.com');
    await terminal.types('e');
    await terminal.sees(/editing \+[0-9]+ shop\.yaml/);
    // All of it is the editor's.
    for (const letter of 'abcdefghij') await terminal.types(letter);
    await terminal.presses('Enter');
    await terminal.types('klm');
    await terminal.presses('Enter');
    await terminal.sees('typed abcdefghij klm');
    await terminal.sees('edited');
    await terminal.sees('▸ shop.example.com');
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  test('three panes, two, one, and no crash at 20 columns or 2 rows', async () => {
    const terminal = await open(['browse', 'shop.example.com', '-f', shopFile()], { columns: 130 });
    await terminal.sees(/HOST.*MATCH.*proxy/);
    await terminal.resize(80, 20);
    await terminal.sees(/HOST.*MATCH(?!.*proxy)/);
    await terminal.resize(20, 8);
    await terminal.sees(/HOST(?!.*MATCH)/);
    await terminal.resize(20, 2);
    await terminal.resize(120, 24);
    await terminal.sees(/HOST.*MATCH.*proxy/);
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  test.each([
    ['Ctrl-C', null],
    ['SIGINT', 'SIGINT'],
    ['SIGTERM', 'SIGTERM'],
  ] as const)('%s gives the terminal back, with 130', async (_, signal) => {
    const terminal = await open(['browse', 'shop.example.com', '-f', shopFile()]);
    await terminal.sees('shop.example.com');
    if (signal === null) await terminal.presses('C-c');
    else process.kill(await terminal.pid(), signal);
    expect(await terminal.code()).toBe(130);
    expect(await terminal.isAlternate()).toBe(false);
    expect(await terminal.hasCursor()).toBe(true);
    expect(terminal.takesLines()).toBe(true);
    expect((await terminal.screen()).trimEnd()).toBe('before');
  });

  test('--read-only has no keys that change anything', async () => {
    const env = { EDITOR: 'false' };
    const terminal = await open(['browse', '--read-only', '-f', shopFile()], { columns: 160, env });
    await terminal.sees('T tree  y yaml  w weights  c copy');
    await terminal.types('e');
    await terminal.sees('read-only: --read-only was given');
    await terminal.types('D');
    expect(await terminal.isAlternate()).toBe(true);
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  test('for a screen reader: sentences', async () => {
    const terminal = await open(['browse', 'shop.example.com', '-f', shopFile()], {
      env: { INK_SCREEN_READER: 'true' },
    });
    await terminal.sees('Host 1 of');
    expect(await terminal.screen()).not.toMatch(/[│─▸]/);
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
  });

  test.each([{ NO_COLOR: '' }, { DEV: 'true' }])('with %j it shows what it shows', async (env) => {
    const terminal = await open(['browse', 'shop.example.com', '-f', shopFile()], { env });
    await terminal.sees('▸ shop.example.com');
    await terminal.types('q');
    expect(await terminal.code()).toBe(0);
    expect(await terminal.screen()).not.toMatch(/warning/i);
  });

  test('with characters that every terminal has', async () => {
    const terminal = await open(['browse', 'shop.example.com', '--ascii', '-f', shopFile()]);
    await terminal.sees('> shop.example.com');
    expect(await terminal.screen()).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

test('routes -i is the table on the same screen', async () => {
  const terminal = await open(['routes', '-i', '-f', shopFile()], { columns: 120 });
  await terminal.sees(/# +HOST +MATCH +BACKEND/);
  await terminal.types('/');
  await terminal.types('healthz');
  await terminal.seesNo('/api/pay');
  await terminal.presses('Enter');
  await terminal.types('q');
  expect(await terminal.code()).toBe(0);
});

describe('without somebody at a terminal', () => {
  const noScreen = 'error: browse needs a terminal; use: kubectl contour routes\n';

  test('browse names what to use instead', async () => {
    const { code, stdout, stderr } = await plugin.run(['browse', '-f', join(golden, 'shop.yaml')]);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: noScreen });
    expect((await plugin.run(['ui'])).stderr).toBe(noScreen);
    const routes = await plugin.run(['routes', '-i']);
    expect([routes.code, routes.stderr]).toEqual([1, 'error: -i needs a terminal; leave it out for the table\n']);
  });

  test.each([{ TERM: 'dumb' }, { CI: 'true' }])('a terminal with %j counts as none', async (env) => {
    const terminal = await open(['browse', 'shop.example.com', '-f', shopFile()], { env });
    expect(await terminal.code()).toBe(1);
    expect(await terminal.screen()).toContain(noScreen.trim());
  });

  test('--plain asks for none', async () => {
    const terminal = await open(['browse', '--plain', '-f', shopFile()]);
    expect(await terminal.code()).toBe(1);
  });

  test('who cannot answer is told of before a screen is drawn', async () => {
    const terminal = await open(['browse', '--debug-url', 'http://127.0.0.1:1']);
    expect(await terminal.code()).toBe(1);
    expect(await terminal.screen()).toContain('error: no route table');
  });
});
