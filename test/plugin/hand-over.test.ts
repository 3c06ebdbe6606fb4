import { describe, expect, test } from 'vitest';
import { CommandFailure } from '../../plugin/failure.ts';
import { handOver } from '../../plugin/services/hand-over.ts';

type Made = PromiseWithResolvers<string>;

/** What a test tells, and makes come out. */
function handing() {
  const end = new AbortController();
  const making: (readonly [report: string, made: Made])[] = [];
  const told: string[] = [];
  const warned: string[] = [];
  let tell = (_report: string): void => {};
  let isOver = false;
  const done = handOver<string>(
    (report, signal) => {
      const made: Made = Promise.withResolvers<string>();
      signal.addEventListener('abort', () => made.reject(new CommandFailure('given up')), { once: true });
      making.push([report, made]);
      return made.promise;
    },
    { sink: (report) => told.push(report), warn: (message) => warned.push(message) },
    end.signal,
    (next, ended) => {
      tell = next;
      return new Promise((resolve) => {
        ended.addEventListener('abort', () => ((isOver = true), resolve()), { once: true });
      });
    },
  );
  const settle = async (at: number, how: (made: Made, report: string) => void): Promise<void> => {
    const [report, made] = making[at] as [string, Made];
    how(made, report);
    // Whatever goes on from there does so in microtasks.
    await new Promise(setImmediate);
  };
  const succeed = (made: Made, report: string): void => made.resolve(`${report}!`);
  const fail = (made: Made): void => made.reject(new CommandFailure('no right'));
  const asked = () => making.map(([report]) => report);
  return {
    end,
    told,
    warned,
    asked,
    done,
    settle,
    succeed,
    fail,
    tell: (report: string) => tell(report),
    isOver: () => isOver,
  };
}

describe('what takes a while before it is handed over', () => {
  test('is the newest of what came in the meantime', async () => {
    const { end, told, asked, done, settle, succeed, tell } = handing();
    for (const report of ['one', 'two', 'three', 'four']) tell(report);
    expect(asked()).toEqual(['one']);
    await settle(0, succeed);
    expect(asked()).toEqual(['one', 'four']);
    await settle(1, succeed);
    tell('five');
    await settle(2, succeed);
    expect(told).toEqual(['one!', 'four!', 'five!']);
    end.abort();
    await done;
  });

  test('is given up when nobody wants it any more', async () => {
    const { end, told, warned, done, tell } = handing();
    tell('one');
    tell('two');
    end.abort();
    await done;
    expect({ told, warned }).toEqual({ told: [], warned: [] });
  });

  test('rejects where there is no first one', async () => {
    const { done, settle, fail, tell, isOver } = handing();
    tell('one');
    const [ended] = await Promise.allSettled([done, settle(0, fail)]);
    expect(ended).toEqual({ status: 'rejected', reason: new CommandFailure('no right') });
    expect(isOver()).toBe(true);
  });

  test('warns where a later one cannot be made, and goes on', async () => {
    const { end, told, warned, done, settle, succeed, fail, tell } = handing();
    tell('one');
    await settle(0, succeed);
    tell('two');
    await settle(1, fail);
    tell('three');
    await settle(2, succeed);
    expect({ told, warned }).toEqual({ told: ['one!', 'three!'], warned: ['no right'] });
    end.abort();
    await done;
  });
});
