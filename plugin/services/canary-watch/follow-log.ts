import { endOf, percentOf, type WatchEnd } from './end.ts';
import { type Facts, type FactEvent, firstFacts, learn } from './facts.ts';
import { type Moment, momentOf, type Viewpoint } from './moment.ts';

/** What has changed that is worth a line. */
export interface LogEntry {
  readonly before: Moment | null;
  readonly now: Moment;
}

/** A canary told line by line. */
export interface WatchLog {
  readonly facts: Facts;
  readonly told: Moment | null;
  readonly end: WatchEnd | null;
}

export function startLog(proxy: Facts['proxy']): WatchLog {
  return { facts: firstFacts(proxy), told: null, end: null };
}

/** The log after an event, and the line it is worth, if any. What Envoys count changes always, and is worth none. */
export function tell(
  log: WatchLog,
  event: FactEvent,
  view: Viewpoint,
): { readonly log: WatchLog; readonly entry: LogEntry | null } {
  const facts = learn(log.facts, event);
  if (log.end !== null) return { log, entry: null };
  const now = momentOf(facts, view, log.told);
  const end = endOf(log.told, now);
  // Without the first answer of those who know the Envoys the first line would say nothing of them.
  const isReady = facts.routes.table !== null || event.type === 'routes-lost' || log.told !== null;
  const isNews = isReady && (log.told === null || end !== null || likeness(log.told) !== likeness(now));
  if (!isNews) return { log: { ...log, facts }, entry: null };
  return { log: { facts, told: now, end }, entry: { before: log.told, now } };
}

function likeness(moment: Moment): string {
  const { subject, reached, item, gone } = moment;
  const weights = subject?.services.map(({ service, percent }) => [service, percent]);
  // Which Envoys are behind is not in the line.
  const far = { ...reached, missing: null };
  return JSON.stringify([weights, percentOf(moment), far, item.active, gone]);
}
