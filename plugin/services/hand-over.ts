import { CommandFailure } from '../failure.ts';

interface Listener<Report> {
  readonly sink: (report: Report) => void;
  readonly warn: (message: string) => void;
}

/**
 * Follows what has to be made into something else before it is handed over, which takes a while: of what comes in the
 * meantime the newest is kept. Rejects where the first cannot be made; what happens later is told to `warn`.
 */
export async function handOver<Report>(
  make: (report: Report, signal: AbortSignal) => Promise<Report>,
  { sink, warn }: Listener<Report>,
  signal: AbortSignal,
  follow: (next: (report: Report) => void, ended: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const ended = AbortSignal.any([signal, failed.signal]);
  let isFirst = true;
  const newest = oneAtATime<Report>(async (report) => {
    if (ended.aborted) return;
    try {
      const made = await make(report, ended);
      isFirst = false;
      if (!ended.aborted) sink(made);
    } catch (error) {
      if (ended.aborted) return;
      if (isFirst || !(error instanceof CommandFailure)) failed.abort(error);
      else warn(error.message);
    }
  });
  await follow(newest.next, ended);
  await newest.done();
  failed.signal.throwIfAborted();
}

/** Of what waits for its turn the newest stays. */
function oneAtATime<Item>(work: (item: Item) => Promise<void>) {
  const waiting: Item[] = [];
  let isBusy = false;
  let working = Promise.resolve();
  const workOff = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
    isBusy = false;
  };
  return {
    next(item: Item): void {
      waiting.splice(0, 1, item);
      if (isBusy) return;
      isBusy = true;
      working = workOff();
    },
    done: () => working,
  };
}
