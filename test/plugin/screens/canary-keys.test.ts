import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../plugin/services/canary/drive.ts';
import { draw } from '../../../plugin/views/canary/draw.ts';
import { update } from '../../../plugin/views/canary/keys.ts';
import { heard } from '../../../plugin/views/canary/state.ts';
import { proxyOf } from '../canary/proxies.ts';
import { canaryAt, named, noon, pressed, stateOf, tableOf, text } from './canaries.ts';

const lines = (state: ReturnType<typeof stateOf>) =>
  draw(state, { columns: 120, rows: 40 }).map((spans) => spans.map((span) => span.text).join(''));

describe('keys stage, and only enter applies', () => {
  const state = stateOf(canaryAt(20, [5, 20, 50, 100]));

  it.each([
    [[named('right')], 30],
    [[named('left')], 10],
    [[named('up')], 21],
    [[named('down'), named('down')], 18],
    [[named('left'), named('left'), named('left')], 0],
    [[text('n')], 50],
    [[text('s'), text('3'), text('5'), named('enter')], 35],
    [[text('s'), text('35'), named('enter')], 35],
    [[named('right'), named('left')], null],
    [[named('right'), named('escape')], null],
  ])('%j', (keys, staged) => {
    const after = pressed(state, ...keys);
    expect(after.state.staged).toBe(staged);
    expect(after.effects).toEqual([]);
  });

  it('enter applies what is staged, and nothing where nothing is', () => {
    expect(pressed(state, named('enter')).effects).toEqual([]);
    const applied = pressed(state, named('right'), named('enter'));
    expect(applied.effects).toEqual([{ type: 'apply', percent: 30 }]);
    expect(applied.state.busy).toBe('moving v2 to 30%');
    // Nothing else is begun before that is through.
    expect(pressed(applied.state, named('right'), text('p'), text('a'), text('y')).effects).toEqual([]);
    const done = heard(applied.state, { type: 'done', text: 'live on 3/3 envoys after 41ms' });
    expect([done.busy, done.staged]).toEqual([null, null]);
    expect(lines(done).join('\n')).toContain('live on 3/3 envoys after 41ms');
  });

  it('a number that is none is refused', () => {
    for (const typed of ['101', '-1', 'x', '', '1e1', '5.5']) {
      const after = pressed(state, text('s'), text(typed), named('enter'));
      expect(after.state.staged).toBeNull();
      expect(after.state.notice?.look).toBe('warning');
    }
  });

  it('what somebody else moved is not what was staged for', () => {
    const staged = pressed(state, named('right')).state;
    expect(heard(staged, { type: 'object', proxy: canaryAt(50) }).staged).toBeNull();
    expect(heard(staged, { type: 'object', proxy: canaryAt(20) }).staged).toBe(30);
  });

  it('what is pasted is no command', () => {
    expect(pressed(state, { type: 'paste', text: 'p' }, { type: 'paste', text: 'y' }).effects).toEqual([]);
    expect(pressed(state, text('py')).state.question).toBeNull();
    expect(pressed(state, text('s'), { type: 'paste', text: '42\nq' }, named('enter')).state.staged).toBe(42);
  });
});

describe('questions', () => {
  const state = stateOf(canaryAt(20));

  it('promote asks, and anything but y is no', () => {
    expect(pressed(state, text('p')).state.question).toEqual({ type: 'promote' });
    expect(pressed(state, text('p'), text('y')).effects).toEqual([{ type: 'promote' }]);
    for (const key of [named('enter'), text('n'), named('escape'), text('q')]) {
      const after = pressed(state, text('p'), key);
      expect([after.effects, after.state.question, after.end]).toEqual([[], null, null]);
    }
  });

  it('abort asks once, and enter is yes', () => {
    expect(pressed(state, text('a'), named('enter')).effects).toEqual([{ type: 'abort' }]);
    expect(pressed(state, text('a'), text('n')).effects).toEqual([]);
    const idle = stateOf(proxyOf('v1=100 v2=0'));
    expect(pressed(idle, text('a'), named('enter')).effects).toEqual([]);
  });

  it('where a cluster is protected the name is typed', () => {
    const guarded = stateOf(canaryAt(20), { isProtected: true });
    expect(pressed(guarded, text('p'), text('y'), named('enter')).effects).toEqual([]);
    expect(pressed(guarded, text('p'), text('web'), named('enter')).effects).toEqual([{ type: 'promote' }]);
    expect(pressed(guarded, named('right'), named('enter')).effects).toEqual([]);
    expect(pressed(guarded, named('right'), named('enter'), text('web'), named('enter')).effects).toEqual([
      { type: 'apply', percent: 30 },
    ]);
    expect(pressed(guarded, text('a'), named('enter')).effects).toEqual([]);
    expect(pressed(guarded, text('a'), text('web'), named('enter')).effects).toEqual([{ type: 'abort' }]);
  });

  it('space takes the wheel from whoever drives, and does nothing where nobody does', () => {
    expect(pressed(state, text(' ')).effects).toEqual([]);
  });
});

describe('no keys that change anything', () => {
  const every = [named('right'), named('enter'), text('p'), text('y'), text('a'), named('enter'), text(' '), text('n')];

  it('without the right to', () => {
    const state = heard(stateOf(canaryAt(20)), { type: 'read-only', why: 'you may not patch it' });
    expect(pressed(state, ...every).effects).toEqual([]);
    const shown = lines(state).join('\n');
    expect(shown).toContain('read-only: you may not patch it');
    expect(shown).not.toContain('promote');
    expect(pressed(state, text('d')).state.page?.title).toBe('changes');
  });

  it('while the API server is away: the banner counts, the keys are dead, and it comes back', () => {
    const before = pressed(stateOf(canaryAt(20)), named('right')).state;
    const lost = heard(before, { type: 'lost', reason: 'the connection was refused', at: noon });
    const later = heard(lost, { type: 'tick', now: noon + 12_400, verdict: null });
    expect(lines(later)[1]).toBe(' stale 12s, reconnecting  the connection was refused');
    expect(later.staged).toBeNull();
    expect(pressed(later, ...every).effects).toEqual([]);
    expect(pressed(later, text('q')).end).toMatchObject({ type: 'left' });
    // Another reason does not start the count anew.
    const again = heard(later, { type: 'lost', reason: 'no route', at: noon + 12_000 });
    expect(lines(again)[1]).toBe(' stale 12s, reconnecting  no route');
    const back = heard(again, { type: 'found' });
    expect(lines(back).join('\n')).not.toContain('stale');
    expect(pressed(back, named('right'), named('enter')).effects).toEqual([{ type: 'apply', percent: 30 }]);
  });

  it('a question that is open is closed when the API server goes', () => {
    const asked = pressed(stateOf(canaryAt(20)), text('p')).state;
    const lost = heard(asked, { type: 'lost', reason: 'gone', at: noon });
    expect(pressed(lost, text('y')).effects).toEqual([]);
  });

  it('of an object that was deleted', () => {
    const gone = heard(stateOf(canaryAt(20)), { type: 'gone' });
    expect(pressed(gone, ...every).effects).toEqual([]);
    expect(lines(gone)[1]).toBe(' web was deleted');
  });

  it('where nobody knows which service is the canary', () => {
    const state = stateOf(proxyOf('v1=50 v2=50'));
    const after = pressed(state, named('right'));
    expect(after.state.staged).toBeNull();
    expect(after.state.notice?.text).toContain('--to SERVICE');
  });
});

it('the canary stays the canary when its record goes with the promotion', () => {
  const state = stateOf(canaryAt(20));
  const promoted = heard(state, { type: 'object', proxy: proxyOf('v1=0 v2=100') });
  expect(promoted.moment.subject?.canary?.name).toBe('v2');
});

it('a trace is asked for what the route answers, and a diff shows what is staged', () => {
  const proxy = canaryAt(20);
  const state = heard(stateOf(proxy), { type: 'routes', table: tableOf(proxy, 3, 3) });
  expect(pressed(state, text('t')).effects).toEqual([{ type: 'trace', url: 'http://shop.example.com/' }]);
  const page = pressed(state, named('right'), text('d')).state.page;
  expect(page?.lines).toContain('  + v2:80: weight 30 (30%)');
  expect(pressed(state, text('d')).state.page?.lines).toContain('  - v2:80: weight 0 (0%)');
});

it('a refusal with much to say gets a page', () => {
  const state = heard(stateOf(canaryAt(20)), { type: 'failed', lines: ['forbidden', 'kind: Role', 'rules: []'] });
  expect(state.page?.lines).toEqual(['forbidden', 'kind: Role', 'rules: []']);
  expect(pressed(state, named('escape')).state.page).toBeNull();
});

it('Ctrl-C ends it wherever it is', () => {
  const state = stateOf(canaryAt(20));
  for (const keys of [[], [text('p')], [text('?')], [text('s')]])
    expect(pressed(state, ...keys, named('interrupt')).end).toEqual({ type: 'interrupted', how: null });
});

describe('a run that is shown while it drives', () => {
  const run = { guards: '5xx<1%  p99<300ms', asks: true };
  const state = stateOf(canaryAt(20, [5, 20, 50]), { run });
  const interrupt = named('interrupt');

  it('Ctrl-C asks what becomes of it', () => {
    const asked = pressed(state, interrupt);
    expect([asked.end, asked.state.question]).toEqual([null, { type: 'interrupt' }]);
    expect(lines(asked.state).join('\n')).toContain('stop driving: leave it as it is?');
    expect(pressed(state, interrupt, named('enter')).end).toEqual({ type: 'interrupted', how: 'hold' });
    expect(pressed(state, interrupt, text('a')).end).toEqual({ type: 'interrupted', how: 'abort' });
    expect(pressed(state, interrupt, interrupt).end).toEqual({ type: 'interrupted', how: null });
    const on = pressed(state, interrupt, named('escape'));
    expect([on.end, on.state.question, on.effects]).toEqual([null, null, []]);
    // Also while nothing else can be asked, and over whatever else is shown.
    const lost = heard(state, { type: 'lost', reason: 'gone', at: noon });
    expect(pressed(lost, interrupt, text('a')).end).toEqual({ type: 'interrupted', how: 'abort' });
    expect(pressed(state, text('?'), interrupt).state.question).toEqual({ type: 'interrupt' });
  });

  it('and does not where it was said before, or somebody else drives by now', () => {
    const said = stateOf(canaryAt(20), { run: { ...run, asks: false } });
    expect(pressed(said, interrupt).end).toEqual({ type: 'interrupted', how: null });
    const taken = pressed(state, named('right'), named('enter'));
    expect([taken.effects, taken.state.drives]).toEqual([[{ type: 'apply', percent: 30 }], false]);
    expect(pressed(taken.state, interrupt).end).toEqual({ type: 'interrupted', how: null });
  });

  it('it ends when nobody drives any more, and tells of each step before', () => {
    const told = update(state, { type: 'news', text: 'step v2 5% -> 20%' });
    expect(told.end).toBeNull();
    expect(lines(told.state).join('\n')).toContain('step v2 5% -> 20%');
    expect(update(told.state, { type: 'over' }).end).toEqual({ type: 'over' });
  });

  it('what the guards would say is seen', () => {
    const seen = (verdict: Verdict | null): string =>
      lines(heard(state, { type: 'tick', now: noon, verdict })).find((line) => line.includes('guard')) ?? '';
    expect(seen(null)).toContain('guard 5xx<1%  p99<300ms');
    expect(seen({ type: 'go-on' })).toContain('p99<300ms  ok');
    expect(seen({ type: 'stay', reason: 'few' })).toContain('p99<300ms  too few requests');
    expect(seen({ type: 'abort', reason: 'many' })).toContain('p99<300ms  exceeded');
    expect(lines(stateOf(canaryAt(20))).join('\n')).not.toContain('guard');
  });
});
