import type { Clock } from '../../kubernetes/clock.ts';

export interface FakeClock extends Clock {
  /** Lets time pass, waking sleepers in order, and what they do at once goes on before the next is woken. */
  advance(ms: number): Promise<void>;
  /** Jumps: the sleepers whose time has come are woken only afterwards, as after a stopped process. */
  freeze(ms: number): Promise<void>;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** Lets promises and immediates run until those at hand are through. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await new Promise((resolve) => void setImmediate(resolve));
}

/** Time stands still until it is told to pass. `random` answers what is given, 0.5 where nothing is. */
export function createFakeClock(random: () => number = () => 0.5): FakeClock {
  let now = 1_000;
  const sleepers = new Set<Sleeper>();

  function nextUntil(end: number): Sleeper | null {
    let first: Sleeper | null = null;
    for (const sleeper of sleepers) if (sleeper.due <= end && sleeper.due < (first?.due ?? Infinity)) first = sleeper;
    return first;
  }

  async function wakeUntil(end: number, passes: boolean): Promise<void> {
    await settle();
    for (let sleeper = nextUntil(end); sleeper !== null; sleeper = nextUntil(end)) {
      if (passes) now = Math.max(now, sleeper.due);
      sleeper.wake();
      await settle();
    }
  }

  return {
    now: () => now,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(sleeper);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { due: now + Math.max(0, ms), wake };
        sleepers.add(sleeper);
        if (signal.aborted) wake();
        else signal.addEventListener('abort', wake, { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      await wakeUntil(end, true);
      now = end;
    },
    async freeze(ms) {
      await settle();
      now += ms;
      await wakeUntil(now, false);
    },
  };
}
