import { fileURLToPath } from 'node:url';
import { renderToString } from 'ink';
import { render } from 'ink-testing-library';
import { createElement } from 'react';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { browseScreen } from '../../../plugin/views/browse/screen.ts';
import { canaryScreen } from '../../../plugin/views/canary/screen.ts';
import { type CanaryState, heard } from '../../../plugin/views/canary/state.ts';
import { App, Frame } from '../../../plugin/views/frame.ts';
import { fit, type Line } from '../../../plugin/views/line.ts';
import { firstPick, pickScreen } from '../../../plugin/views/pick/pick.ts';
import { createStore } from '../../../plugin/views/store.ts';
import { canaryAt, named, noon, pressed, stateOf, tableOf, text, traffic } from './canaries.ts';
import { browsing, row, sheeted } from './routes.ts';

// Clocks on screens are those of the wall.
process.env['TZ'] = 'UTC';

const golden = (name: string) => fileURLToPath(new URL(`golden/${name}.txt`, import.meta.url));

function shown(lines: readonly Line[], columns: number, mark = '…'): string {
  return renderToString(createElement(Frame, { lines: lines.map((line) => fit(line, columns, mark)) }), { columns });
}

function watched(ascii = false): CanaryState {
  const proxy = canaryAt(20, [5, 20, 50, 100]);
  const told = heard(stateOf(proxy, { ascii }), { type: 'routes', table: tableOf(proxy, 2, 3) });
  return [1, 2, 3].reduce((state) => heard(state, { type: 'traffic', traffic }), told);
}

const sizes = [
  { columns: 120, rows: 30 },
  { columns: 80, rows: 24 },
  { columns: 60, rows: 12 },
  { columns: 20, rows: 10 },
] as const;

describe.each(sizes)('$columns columns', (size) => {
  const name = (what: string) => golden(`${what}-${size.columns}`);

  it('a canary', async () => {
    await expect(shown(canaryScreen.draw(watched(), size), size.columns)).toMatchFileSnapshot(name('canary'));
  });

  it('a canary with a staged weight, and a question', async () => {
    const staged = pressed(watched(), named('right')).state;
    const asked = pressed(watched(), text('p')).state;
    const frames = [staged, asked].map((state) => shown(canaryScreen.draw(state, size), size.columns));
    await expect(frames.join('\n\n')).toMatchFileSnapshot(name('canary-staged'));
  });

  it('a canary that is stale', async () => {
    const lost = heard(watched(), { type: 'lost', reason: 'the connection was refused', at: noon - 12_000 });
    await expect(shown(canaryScreen.draw(lost, size), size.columns)).toMatchFileSnapshot(name('canary-stale'));
  });

  it('routes', async () => {
    await expect(shown(browseScreen.draw(browsing(), size), size.columns)).toMatchFileSnapshot(name('browse'));
  });

  it.each(['objects', 'certs', 'sync'] as const)('%s', async (view) => {
    const frame = shown(browseScreen.draw(sheeted(view), size), size.columns);
    await expect(frame).toMatchFileSnapshot(name(`browse-${view}`));
  });

  it('routes in one list', async () => {
    const flat = browsing(undefined, { flat: true });
    await expect(shown(browseScreen.draw(flat, size), size.columns)).toMatchFileSnapshot(name('browse-flat'));
  });
});

it('no more lines than rows and no wider than the terminal, whatever the size', () => {
  const states = [watched(), pressed(watched(), text('p')).state, pressed(watched(), text('?')).state];
  for (let columns = 1; columns <= 130; columns += 3)
    for (const rows of [1, 2, 5, 9, 40]) {
      const size = { columns, rows };
      const browsers = [browsing(), sheeted('objects'), sheeted('certs'), sheeted('sync')];
      const screens = [
        ...states.map((state) => canaryScreen.draw(state, size)),
        ...browsers.map((state) => browseScreen.draw(state, size)),
      ];
      for (const lines of screens) {
        expect(lines.length).toBeLessThanOrEqual(rows);
        const seen = shown(lines, columns).split('\n');
        expect(Math.max(...seen.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
      }
    }
});

it('the rows that are needed are kept where there are few', () => {
  const lines = shown(canaryScreen.draw(watched(), { columns: 100, rows: 6 }), 100);
  expect(lines).toContain('v2:80');
  expect(lines).toContain('q quit');
});

it('with characters that every terminal has', () => {
  const size = { columns: 100, rows: 30 };
  const canary = shown(canaryScreen.draw(pressed(watched(true), named('right')).state, size), 100, '~');
  const browse = shown(browseScreen.draw(browsing(undefined, { ascii: true }), size), 100, '~');
  const sync = shown(browseScreen.draw(sheeted('sync', { ascii: true }), size), 100, '~');
  expect(canary + browse + sync).toMatch(/^[\n\x20-\x7e]*$/);
});

it('what others wrote steers no terminal', () => {
  const nasty = '\u001b[2J\u202ehost\r\n.example.com';
  const state = browsing([
    row({ host: nasty, path: `/${nasty}`, name: nasty, services: `${nasty}=100`, invalid: nasty }),
  ]);
  for (const flat of [false, true]) {
    const screen = { ...state, setting: { ...state.setting, flat } };
    const seen = shown(browseScreen.draw(screen, { columns: 120, rows: 20 }), 120);
    expect(seen).not.toMatch(/[\u001b\u202e\r]/);
    expect(seen).toContain('^[[2J');
  }
});

it('a list of 10,000 draws what is seen of it', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => [`web${index}`]);
  const state = { ...firstPick('which?', ['NAME'], rows, false), at: 5_000 };
  const lines = pickScreen.draw(state, { columns: 60, rows: 20 });
  expect(lines.length).toBeLessThanOrEqual(20);
  expect(shown(lines, 60)).toContain('▸ web5000');
});

describe('in ink', () => {
  function app(state: CanaryState) {
    const asked: unknown[] = [];
    const ended = Promise.withResolvers<unknown>();
    const store = createStore(canaryScreen, state, {
      perform: (effect) => asked.push(effect),
      end: ended.resolve,
      gatherMs: 1,
    });
    const ink = render(createElement(App, { screen: canaryScreen, store, mark: '…', onLend: () => {} } as never));
    // Whatever is typed is read in a turn of its own.
    const type = async (keys: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      ink.stdin.write(keys);
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    return { ink, store, asked, ended: ended.promise, type };
  }

  it('keys of a terminal reach the screen, and what is drawn follows', async () => {
    const { ink, asked, ended, type } = app(watched());
    expect(ink.lastFrame()).toContain('canary  v2:80');
    await type('\u001b[C');
    expect(ink.lastFrame()).toContain('20% -> 30%');
    await type('\u001b[A');
    expect(ink.lastFrame()).toContain('20% -> 31%');
    await type('\r');
    expect(asked).toEqual([{ type: 'apply', percent: 31 }]);
    expect(ink.lastFrame()).toContain('moving v2 to 31%');
    await type('q');
    expect(await ended).toMatchObject({ type: 'left' });
    ink.unmount();
  });

  it('what happens elsewhere is drawn, too', async () => {
    const { ink, store } = app(watched());
    store.dispatch({ type: 'lost', reason: 'the connection was refused', at: noon });
    await expect.poll(() => ink.lastFrame(), { timeout: 2_000 }).toContain('stale 0s, reconnecting');
    ink.unmount();
  });

  it('Ctrl-C is a key like any other', async () => {
    const { ink, ended, type } = app(watched());
    await type('\u0003');
    expect(await ended).toEqual({ type: 'interrupted', how: null });
    ink.unmount();
  });
});

describe('for a screen reader', () => {
  it('sentences, and no bars', async () => {
    const screens = [browsing(), sheeted('objects'), sheeted('sync')].map(browseScreen.read);
    const sentences = [canaryScreen.read(watched()), ...screens].flat().join('\n');
    expect(sentences).not.toMatch(/[█░─│▸]/);
    await expect(sentences).toMatchFileSnapshot(golden('sentences'));
  });
});
