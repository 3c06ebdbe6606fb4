import { describe, expect, test } from 'vitest';
import { drive, type Judge, type Vehicle, type Verdict } from '../../../plugin/services/canary/drive.ts';
import { type Guards, guardsOf, judge } from '../../../plugin/services/canary/guards.ts';
import { type Counted, nothingCounted } from '../../../plugin/services/traffic/tally.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const goOn: Verdict = { type: 'go-on' };
const stay: Verdict = { type: 'stay', reason: 'too few' };
const abort: Verdict = { type: 'abort', reason: 'too many 5xx' };

/** A drive of so many steps, a minute each, and what became of it. */
function ride(steps: number, verdicts: readonly Verdict[] | null, onInterrupt: 'abort' | 'hold' = 'hold') {
  const clock = createFakeClock();
  const start = clock.now();
  const log: string[] = [];
  const note = (what: string): void => void log.push(`${(clock.now() - start) / 60_000} ${what}`);
  const interrupt = new AbortController();
  const left = [...(verdicts ?? [])];
  let taken = 0;
  const vehicle: Vehicle = {
    async step() {
      taken += 1;
      note('step');
      return taken < steps;
    },
    stay: async (reason) => note(`stay: ${reason}`),
    hold: async () => note('hold'),
    abort: async () => note('abort'),
    wait: (signal) => clock.sleep(60_000, signal),
  };
  const strict: Judge = { begin: () => note('begin'), verdict: () => left.shift() ?? goOn };
  const end = drive(vehicle, verdicts === null ? null : strict, onInterrupt, interrupt.signal);
  return { clock, log, interrupt, end };
}

describe('a drive', () => {
  test('nobody judges: the last step needs no time', async () => {
    const { clock, log, end } = ride(3, null);
    await clock.advance(600_000);
    expect(await end).toEqual({ type: 'done' });
    expect(log).toEqual(['0 step', '1 step', '2 step', '2 hold']);
  });

  test('each step is judged for what was counted on it, the last one too', async () => {
    const { clock, log, end } = ride(2, [goOn, goOn]);
    await clock.advance(600_000);
    expect(await end).toEqual({ type: 'done' });
    expect(log).toEqual(['0 step', '0 begin', '1 step', '1 begin', '2 hold']);
  });

  test('a step goes on while there is too little to tell, with all that was counted on it', async () => {
    const { clock, log, end } = ride(2, [stay, stay, goOn, goOn]);
    await clock.advance(600_000);
    expect(await end).toEqual({ type: 'done' });
    expect(log).toEqual(['0 step', '0 begin', '1 stay: too few', '2 stay: too few', '3 step', '3 begin', '4 hold']);
  });

  test.each([[[abort]], [[goOn, abort]]])('a broken guard puts back what was there', async (verdicts) => {
    const { clock, log, end } = ride(2, verdicts);
    await clock.advance(600_000);
    expect(await end).toEqual({ type: 'judged', reason: 'too many 5xx' });
    expect(log.at(-1)).toBe(`${verdicts.length} abort`);
  });

  test.each(['hold', 'abort'] as const)('whoever interrupts it does not wait: %s', async (onInterrupt) => {
    const { clock, log, interrupt, end } = ride(3, [stay, abort], onInterrupt);
    await clock.advance(90_000);
    interrupt.abort();
    expect(await end).toEqual({ type: 'interrupted' });
    expect(log).toEqual(['0 step', '0 begin', '1 stay: too few', `1.5 ${onInterrupt}`]);
  });
});

describe('guards', () => {
  const guards: Guards = { max5xx: 1, maxP99: 300, minRequests: 50 };
  const counted = (ok: number, bad: number, ...times: readonly (readonly [number, number])[]): Counted => ({
    answers: { ...nothingCounted.answers, '2xx': ok, '5xx': bad },
    times: new Map(times.map(([from, count]) => [from, { from, width: 10, count }])),
  });

  test.each<[Guards, Counted, Verdict['type'], string]>([
    [guards, counted(49, 0, [1, 49]), 'stay', 'only 49 of 50 requests were counted'],
    [guards, nothingCounted, 'stay', 'only 0 of 50 requests were counted'],
    [guards, counted(50, 0, [1, 50]), 'go-on', ''],
    [guards, counted(99, 1, [1, 100]), 'go-on', ''],
    [guards, counted(98, 2), 'abort', '2% of 100 requests were answered 5xx: more than 1%'],
    [guards, counted(100, 0, [1, 49]), 'stay', 'the times of only 49 of 50 requests were counted'],
    [guards, counted(100, 0, [1, 98], [900, 2]), 'abort', '1% of 100 requests took longer than 905ms: more than 300ms'],
    [guards, counted(100, 0, [1, 99], [900, 1]), 'go-on', ''],
    [{ ...guards, maxP99: null }, counted(100, 0), 'go-on', ''],
    [{ ...guards, max5xx: null }, counted(0, 100, [1, 100]), 'go-on', ''],
    [
      { ...guards, max5xx: 0, maxP99: null },
      counted(9_999, 1),
      'abort',
      '0.01% of 10000 requests were answered 5xx: more than 0%',
    ],
  ])('%# of %j', (given, seen, type, reason) => {
    expect(judge(given, seen)).toEqual(reason === '' ? { type } : { type, reason });
  });

  test('are written as people write them', () => {
    const none = { max5xx: null, maxP99: null, minRequests: null };
    expect(guardsOf(none)).toBeNull();
    expect(guardsOf({ ...none, max5xx: '0.5%' })).toEqual({ max5xx: 0.5, maxP99: null, minRequests: 50 });
    expect(guardsOf({ max5xx: '0%', maxP99: 300, minRequests: '7' })).toEqual({
      max5xx: 0,
      maxP99: 300,
      minRequests: 7,
    });
    for (const bad of ['1', '101%', '-1%', '1e1%', 'NaN%', '%', '1%%'])
      expect(guardsOf({ ...none, max5xx: bad })).toMatchObject({ problem: expect.stringContaining(bad) as string });
    for (const bad of ['0', '-1', '1.5', 'x', '1e9'])
      expect(guardsOf({ max5xx: '1%', maxP99: null, minRequests: bad })).toMatchObject({
        problem: expect.stringContaining('--min-requests takes a number') as string,
      });
  });
});
