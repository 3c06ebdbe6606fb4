import { CommandFailure } from '../../failure.ts';
import { missingRight } from '../../load/api-failure.ts';
import { type CanaryFeed, followCanary } from '../../load/follow-canary.ts';
import { logEvent, printLogEntry } from '../../output/canary-log.ts';
import { printJsonLine } from '../../output/json.ts';
import { warnTo } from '../../output/warning.ts';
import { percentText } from '../../services/canary/weights.ts';
import type { WatchEnd } from '../../services/canary-watch/end.ts';
import type { FactEvent } from '../../services/canary-watch/facts.ts';
import { type LogEntry, startLog, tell } from '../../services/canary-watch/follow-log.ts';
import { subjectOf } from '../../services/canary-watch/subject.ts';
import { orFail } from '../change/fail.ts';
import type { WatchJob } from './watch-job.ts';

/** A line for each change, until the canary has everything, or has gone. Rejects with CommandFailure. */
export async function logWatch(feed: CanaryFeed, job: WatchJob, format: '' | 'json'): Promise<number> {
  const end = await followLog(feed, job, format, new AbortController().signal);
  if (end === null) throw new Error('nobody has stopped it');
  return codeOf(end, feed.name);
}

/** The same until `signal` is aborted, too: null then. Rejects with CommandFailure. */
export async function followLog(
  feed: CanaryFeed,
  { proxy, view, io }: WatchJob,
  format: '' | 'json',
  signal: AbortSignal,
): Promise<WatchEnd | null> {
  const { unknown } = orFail(subjectOf(proxy, view.choice, view.context));
  // Without a canary nobody could tell when it is through.
  if (unknown !== null) orFail<never>(unknown);
  const stop = new AbortController();
  const ended = Promise.withResolvers<WatchEnd | null>();
  signal.addEventListener('abort', () => ended.resolve(null), { once: true });
  if (signal.aborted) ended.resolve(null);
  const print = (entry: LogEntry): void =>
    io.write(format === 'json' ? printJsonLine(logEvent(entry)) : printLogEntry(entry, new Date()));
  const warn = warnTo(io);
  let log = startLog(proxy);
  const hear = (event: FactEvent): void => {
    if (event.type === 'lost' && event.missing !== undefined)
      return ended.reject(new CommandFailure(event.reason, missingRight(event.missing)));
    if (event.type === 'lost' && log.facts.stale === null) warn(`${event.reason}; reconnecting`);
    const told = tell(log, event, view);
    ({ log } = told);
    if (told.entry !== null) print(told.entry);
    if (log.end !== null) ended.resolve(log.end);
  };
  const following = followCanary(feed, hear, stop.signal);
  try {
    return await Promise.race([ended.promise, following.then(() => ended.promise)]);
  } finally {
    stop.abort();
    await following;
  }
}

function codeOf(end: WatchEnd, name: string): number {
  if (end.type === 'promoted') return 0;
  if (end.type === 'deleted') throw new CommandFailure(`${name} was deleted`);
  throw new CommandFailure(`aborted: the canary of ${name} has ${percentText(end.percent)}`);
}
