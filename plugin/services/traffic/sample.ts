import type { TrafficScope } from '../../../routing/traffic-item.ts';
import { percentile, shareOf } from './estimates.ts';
import { countedSince, requestsOf, secondsBetween, type Tally } from './tally.ts';
import type { TrafficSample } from './traffic.ts';

/** The last while, as moments of it; the oldest first. */
export type Window = readonly { readonly at: number; readonly tally: Tally }[];

const shortestMs = 10_000;
const longestMs = 60_000;
/** With these a short while says enough. */
const enoughRequests = 500;

/** @param at in ms */
export function slide(window: Window, tally: Tally, at: number): Window {
  const recent = window.filter((moment) => at - moment.at <= longestMs);
  return [...recent, { at, tally }];
}

/** What was counted in the last 10 s, or in up to 60 s where that was little. */
export function samplesOf(window: Window, scopes: readonly TrafficScope[]): readonly TrafficSample[] {
  const now = window.at(-1);
  if (now === undefined) return [];
  const requestsSince = (earlier: Tally): number =>
    scopes.reduce((sum, { service }) => sum + requestsOf(countedSince(earlier, now.tally, service)), 0);
  const older = window.filter(({ at }) => now.at - at >= shortestMs);
  const begin = older.findLast(({ tally }) => requestsSince(tally) >= enoughRequests) ?? window[0] ?? now;
  const seconds = secondsBetween(begin.tally, now.tally);
  const all = requestsSince(begin.tally);
  return scopes.map((scope) => sampleOf(scope, begin.tally, now.tally, seconds, all));
}

function sampleOf(
  { service, scope }: TrafficScope,
  earlier: Tally,
  later: Tally,
  seconds: number,
  all: number,
): TrafficSample {
  const counted = countedSince(earlier, later, service);
  const requests = requestsOf(counted);
  const percent = (count: number): number => (requests === 0 ? 0 : (100 * count) / requests);
  const { answers, times } = counted;
  const share = shareOf(requests, all);
  return {
    service: service.slice(service.indexOf('/') + 1),
    requestsPerSecond: seconds === 0 ? 0 : requests / seconds,
    classes: { '2xx': percent(answers['2xx']), '4xx': percent(answers['4xx']), '5xx': percent(answers['5xx']) },
    p50: percentile(times.values(), 0.5),
    p99: percentile(times.values(), 0.99),
    percent: share?.percent ?? null,
    margin: share?.margin ?? null,
    scope,
  };
}
