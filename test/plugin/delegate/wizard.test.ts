import { mkdtempSync, readFileSync, rmSync, cpSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { describe, expect, onTestFinished, test } from 'vitest';
import { wizardScreen } from '../../../plugin/views/delegate/screen.ts';
import { firstState, type WizardEnd, type WizardState } from '../../../plugin/views/delegate/state.ts';
import { Frame } from '../../../plugin/views/frame.ts';
import type { Key, KeyName } from '../../../plugin/views/key.ts';
import { builtPlugin, cleanEnv, finished, golden, type Finished } from '../built-plugin.ts';
import { worldApi } from '../conventions/world-api.ts';
import { type Answer, type Asked, kubeconfig, sendStatus } from '../fake-api.ts';

const plugin = builtPlugin();
const onTerminal = fileURLToPath(new URL('../on-terminal.py', import.meta.url));

const named = (name: KeyName): Key => ({ type: 'named', name });
const text = (typed: string): Key => ({ type: 'text', text: typed });
const enter = named('enter');

const choices = {
  hosts: [
    { host: 'blog.example.com', root: 'blog/root', paths: ['/'] },
    { host: 'shop.example.com', root: 'shop/root', paths: ['/api/old', '/api/x', '/'] },
  ],
  children: [{ label: 'cart/cart', note: 'exists, 2 routes' }],
  secrets: ['blog-tls', 'wildcard'],
};
const setting = { ascii: true, isProtected: false };
const first = firstState(choices, setting);

interface Played {
  readonly state: WizardState;
  readonly effects: readonly unknown[];
  readonly end: WizardEnd | null;
}

function play(state: WizardState, ...keys: readonly Key[]): Played {
  let played: Played = { state, effects: [], end: null };
  for (const key of keys) {
    const next = wizardScreen.update(played.state, { type: 'key', key });
    played = { state: next.state, effects: [...played.effects, ...next.effects], end: next.end };
  }
  return played;
}

function frame(state: WizardState, rows = 24): string {
  const { lastFrame, unmount } = render(
    createElement(Frame, { lines: wizardScreen.draw(state, { columns: 90, rows }) }),
  );
  const drawn = lastFrame() ?? '';
  unmount();
  return drawn;
}

/** With a path of a host, which comes first. */
const start = play(first, enter).state;

const answered = [text('shop'), enter, text('api'), enter, text('x-a=1'), enter, text('cart'), enter];
const planned = {
  type: 'planned',
  fails: false,
  changes: true,
  diff: ['--- HTTPProxy shop/root', '+  includes:'],
  checks: [
    { result: 'ok', message: 'no cycle' },
    { result: 'warn', message: 'it hides a route' },
  ],
  object: 'root',
  command: 'kubectl contour delegate shop.example.com/api --to cart/cart',
} as const;

test('each answer is seen where the next one is asked for', () => {
  expect(frame(play(start, text('shop')).state)).toBe(
    [
      ' delegate > a path of a host',
      ' host              shop_  type to filter',
      '   > shop.example.com',
      ' [enter] next  [^v] choose  [left] back  [esc] leave',
    ].join('\n'),
  );
  const { state, effects, end } = play(start, ...answered);
  const path = { host: 'shop.example.com', prefix: '/api', header: 'x-a=1', child: 'cart/cart' };
  const answers = { what: 'a path of a host', ...path, secret: '', targets: '' };
  expect({ effects, end }).toEqual({ effects: [{ type: 'try', round: 1, answers }], end: null });
  expect(frame(state)).toContain(' path prefix       /api  2 existing routes are below it\n');
  const { state: told } = wizardScreen.update(state, { type: 'tried', round: 1, trial: planned });
  expect(frame(told)).toBe(
    [
      ' delegate > a path of a host',
      ' host              shop.example.com  root shop/root, 3 routes',
      ' path prefix       /api  2 existing routes are below it',
      ' header condition  x-a=1',
      ' to                cart/cart  exists, 2 routes',
      ' ok   no cycle',
      ' warn it hides a route',
      '',
      ' --- HTTPProxy shop/root',
      ' +  includes:',
      '',
      ' same as:  kubectl contour delegate shop.example.com/api --to cart/cart',
      ' [enter] apply  [w] write to file  [c] copy command  [b] back  [esc] leave, nothing changed',
    ].join('\n'),
  );
  expect(play(told, enter).end).toEqual({ type: 'apply', answers });
  expect(play(told, text('c')).effects).toEqual([{ type: 'copy', text: planned.command }]);
  expect(play(told, text('w'), text('a.yaml'), enter).end).toEqual({ type: 'write', answers, path: 'a.yaml' });
  expect(play(told, text('b')).state.at).toBe('child');
  expect(play(told, named('escape')).end).toEqual({ type: 'left' });
});

test('first it is asked what is given', () => {
  expect(frame(first)).toBe(
    [
      ' delegate > what?',
      ' what              _  type to filter',
      '   > a path of a host',
      '     a certificate',
      ' [enter] next  [^v] choose  [left] back  [esc] leave',
    ].join('\n'),
  );
  expect(play(start, named('left')).state).toEqual(first);
  expect(play(first, text('nothing'), enter).state.at).toBe('what');
});

test('a certificate takes a Secret, and those who may use it', () => {
  const secret = play(first, text('cert'), enter).state;
  expect(frame(secret)).toBe(
    [
      ' delegate > a certificate',
      ' secret            _  its name; it is of the namespace of -n',
      '   > blog-tls',
      '     wildcard',
      ' [enter] next  [^v] choose  [left] back  [esc] leave',
    ].join('\n'),
  );
  expect(play(secret, text('other'), enter).state.answers.secret).toBe('other');
  const targets = play(secret, text('wild'), enter);
  expect(targets.state).toMatchObject({ at: 'targets', answers: { secret: 'wildcard' } });
  expect(play(targets.state, enter).state.note).toContain('type namespaces');
  const asked = play(targets.state, text('shop,cart'), enter);
  expect(asked.effects).toMatchObject([{ type: 'try', answers: { secret: 'wildcard', targets: 'shop,cart' } }]);
  const told = wizardScreen.update(asked.state, { type: 'tried', round: 1, trial: planned }).state;
  expect(frame(told)).toContain(' to namespaces     shop,cart');
  expect(play(told, text('b')).state.at).toBe('targets');
  expect(play(told, enter).end).toMatchObject({ type: 'apply', answers: { what: 'a certificate' } });
});

test('what somebody has pointed at is answered already', () => {
  const pointed = firstState(choices, setting, { host: 'shop.example.com', prefix: '/api' });
  expect(pointed).toMatchObject({ at: 'prefix', answers: { host: 'shop.example.com', prefix: '/api' } });
  expect(play(pointed, enter, enter, text('cart'), enter).effects).toMatchObject([
    { type: 'try', answers: { what: 'a path of a host', prefix: '/api', child: 'cart/cart' } },
  ]);
  // That of an Ingress is none that could be given away.
  const other = firstState(choices, setting, { host: 'docs.example.com', prefix: '/' });
  expect(play(other, enter).state).toMatchObject({ at: 'host', note: 'no HTTPProxy has a host like docs.example.com' });
});

test('nothing is applied before it is known, where a check fails, or after an answer that came too late', () => {
  const { state } = play(start, ...answered);
  expect(play(state, enter, text('w'), text('c'))).toEqual({ state, effects: [], end: null });
  const late = wizardScreen.update(state, { type: 'tried', round: 0, trial: planned });
  expect(late.state).toEqual(state);
  const failing = wizardScreen.update(state, { type: 'tried', round: 1, trial: { ...planned, fails: true } });
  const refused = play(failing.state, enter);
  expect(refused.end).toBeNull();
  expect(refused.state.note).toContain('a check fails');
  expect(frame(failing.state)).not.toContain('apply');
});

test('in a protected context the name of what is changed is typed', () => {
  const start = play(firstState(choices, { ...setting, isProtected: true }), enter).state;
  const { state } = play(start, ...answered);
  const told = wizardScreen.update(state, { type: 'tried', round: 1, trial: planned }).state;
  const asked = play(told, enter, text('ro'));
  expect(asked.end).toBeNull();
  expect(frame(asked.state)).toContain(' type root to do it: ro_\n [enter] apply  [esc] back');
  expect(wizardScreen.read(asked.state)).toEqual(['type root to do it: ro.']);
  const wrong = play(asked.state, enter);
  expect(wrong.end).toBeNull();
  expect(wrong.state).toMatchObject({ at: 'review', note: 'that is not root: nothing was done' });
  expect(play(wrong.state, enter, enter).end).toBeNull();
  expect(play(asked.state, named('escape')).state.at).toBe('review');
  expect(play(asked.state, text('ot'), enter).end).toMatchObject({ type: 'apply', answers: { child: 'cart/cart' } });
  // A file is no context.
  expect(play(told, text('w'), text('a.yaml'), enter).end).toMatchObject({ type: 'write', path: 'a.yaml' });
});

test('a host has to be one of those there are, and a new child needs its namespace', () => {
  expect(play(start, text('nix'), enter).state).toMatchObject({ at: 'host', note: 'no HTTPProxy has a host like nix' });
  const child = play(start, text('shop'), enter, enter, enter).state;
  expect(play(child, text('nix'), enter).state).toMatchObject({
    at: 'child',
    note: 'type NAMESPACE/NAME of a new one',
  });
  expect(play(child, text('new/new'), enter).state).toMatchObject({ at: 'review', answers: { child: 'new/new' } });
  expect(frame(child, 5).split('\n').length).toBeLessThanOrEqual(5);
});

function session(
  args: readonly string[],
  keys: readonly (readonly [after: string, keys: string])[],
): Promise<Finished> {
  const command = [onTerminal, '100', process.execPath, plugin.file, ...args];
  const env = cleanEnv({ TERM: 'xterm', TYPE_AFTER: JSON.stringify(keys) });
  return finished(spawn('python3', command, { env, timeout: 20_000 }));
}

/** Gives /new of the host of the shop to a proxy. */
function delegating(child: string) {
  return [
    ['what?', '\r'],
    ['host  ', 'shop'],
    ['shop▌', '\r'],
    ['path prefix', 'new'],
    ['new▌', '\r'],
    ['header condition', '\r'],
    ['to  ', child],
    [`${child}▌`, '\r'],
    ['[enter] apply', '\r'],
  ] as const;
}

test('on a terminal it asks, shows, and does it in files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contour-wizard-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'shop.yaml');
  cpSync(join(golden, 'shop.yaml'), file);
  const keys = delegating('cart');
  const { code, stdout } = await session(['delegate', '-f', file], keys);
  expect(stdout).toContain('same as: kubectl contour delegate shop.example.com/new --to cart/cart -f ');
  expect(code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('- prefix: /new\n');
});

test('a certificate is lent in files', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contour-wizard-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'shop.yaml');
  cpSync(join(golden, 'shop.yaml'), file);
  const keys = [
    ['what?', 'cert\r'],
    ['its name', 'wildcard\r'],
    ['to namespaces', 'cart,pay\r'],
    ['[enter] apply', '\r'],
  ] as const;
  const { code, stdout } = await session(['delegate', '-n', 'shop', '-f', file], keys);
  expect(stdout).toContain('same as: kubectl contour delegate cert wildcard -n shop --to cart,pay -f ');
  expect(code).toBe(0);
  expect(readFileSync(file, 'utf8')).toMatch(/kind: TLSCertificateDelegation[^]*secretName: wildcard/);
});

test('who leaves has changed nothing', async () => {
  const file = join(golden, 'shop.yaml');
  const before = readFileSync(file, 'utf8');
  const { code, stdout } = await session(['delegate', '-f', file], [['type to filter', '\u001b']]);
  expect({ code, after: readFileSync(file, 'utf8') }).toEqual({ code: 0, after: before });
  expect(stdout).toContain('Nothing was changed.');
});

test('what was shown of one cluster is not done in another that the kubeconfig names by then', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'contour-wizard-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [shown, other] = await Promise.all([worldApi(), worldApi()]);
  onTestFinished(async () => void (await Promise.all([shown.close(), other.close()])));
  const config = join(folder, 'config');
  writeFileSync(config, kubeconfig(shown.url, {}, 'shop'));
  const usual = shown.answers.get('*');
  shown.answers.set('*', (response, asked) => {
    // Somebody turns to another cluster while the wizard asks.
    if (asked.path.endsWith('/selfsubjectaccessreviews')) writeFileSync(config, kubeconfig(other.url, {}, 'shop'));
    usual?.(response, asked);
  });
  const keys = delegating('green');
  const { stdout } = await session(['delegate', '--wait=false', '--kubeconfig', config], keys);
  expect(stdout).toContain('same as: ');
  expect(shown.asked.filter(({ method }) => method === 'PATCH').map(({ path }) => path)).toEqual([
    '/apis/projectcontour.io/v1/namespaces/shop/httpproxies/web',
  ]);
  expect(other.asked).toEqual([]);
});

describe('a cluster that warns', () => {
  async function warning(answer: (response: ServerResponse, asked: Asked, usual: Answer) => void): Promise<string> {
    const api = await worldApi();
    onTestFinished(api.close);
    const usual = api.answers.get('*');
    api.answers.set('*', (response, asked) => {
      response.setHeader('warning', '299 - "an old API"');
      if (usual !== undefined) answer(response, asked, usual);
    });
    return api.url;
  }

  test('whoever leaves is told of the warnings, which may be errors', async () => {
    const url = await warning((response, asked, usual) => usual(response, asked));
    const args = ['delegate', '-s', url, '--warnings-as-errors'];
    const { code, stdout } = await session(args, [['type to filter', '\u001b']]);
    expect(stdout).toContain('Nothing was changed.');
    expect(stdout).toContain('Warning: an old API');
    expect(stdout).toContain('error: 1 warning received');
    expect(code).toBe(1);
  });

  test('and whoever is refused before anything is asked, too', async () => {
    const url = await warning((response) => sendStatus(response, 401, 'Unauthorized', 'who are you'));
    const { code, stdout } = await session(['delegate', '-s', url], []);
    expect(stdout).toContain('Warning: an old API');
    expect(code).toBe(1);
  });
});

test('without a terminal it says what it needs', async () => {
  const { code, stderr } = await plugin.run(['delegate']);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: delegate needs HOST/PREFIX and --to NAMESPACE/NAME (no terminal for the wizard)\nSee 'kubectl contour delegate --help' for usage.\n",
  );
});
