import { countOf, percentile } from '../traffic/estimates.ts';
import { type Counted, requestsOf } from '../traffic/tally.ts';
import { problemOf, type Problem } from '../change/problem.ts';
import type { Verdict } from './drive.ts';

/** What a canary must keep to. */
export interface Guards {
  /** In percent of all answers; null where any share will do. */
  readonly max5xx: number | null;
  /** In ms; null where any time will do. */
  readonly maxP99: number | null;
  /** Fewer requests on a step tell nothing of it. */
  readonly minRequests: number;
}

interface WrittenGuards {
  readonly max5xx: string | null;
  /** In ms. */
  readonly maxP99: number | null;
  readonly minRequests: string | null;
}

const defaultRequests = 50;

/** Null where none is asked for. */
export function guardsOf({ max5xx, maxP99, minRequests }: WrittenGuards): Guards | null | Problem {
  if (minRequests !== null && !/^[1-9][0-9]{0,8}$/.test(minRequests))
    return problemOf(`--min-requests takes a number of requests from 1, not "${minRequests}"`);
  if (max5xx === null && maxP99 === null)
    return minRequests === null ? null : problemOf('--min-requests judges nothing alone: add --max-5xx or --max-p99');
  const percent = max5xx === null ? null : Number(/^([0-9]{1,3}(?:\.[0-9]{1,6})?)%$/.exec(max5xx)?.[1] ?? NaN);
  if (percent !== null && !(percent <= 100))
    return problemOf(`--max-5xx takes a share from 0% to 100%, such as 1%, not "${max5xx}"`);
  return { max5xx: percent, maxP99, minRequests: minRequests === null ? defaultRequests : Number(minRequests) };
}

/** `5xx<1%  p99<300ms` */
export function guardsText({ max5xx, maxP99 }: Guards): string {
  return [...(max5xx === null ? [] : [`5xx<${max5xx}%`]), ...(maxP99 === null ? [] : [`p99<${text(maxP99)}ms`])].join(
    '  ',
  );
}

/** What guards say of all that was counted of a canary on one step. */
export function judge({ max5xx, maxP99, minRequests }: Guards, counted: Counted): Verdict {
  const requests = requestsOf(counted);
  if (requests < minRequests)
    return { type: 'stay', reason: `only ${requests} of ${minRequests} requests were counted` };
  const share = (100 * counted.answers['5xx']) / requests;
  if (max5xx !== null && share > max5xx)
    return { type: 'abort', reason: `${text(share)}% of ${requests} requests were answered 5xx: more than ${max5xx}%` };
  return maxP99 === null ? { type: 'go-on' } : judgeTimes(maxP99, minRequests, counted);
}

/** Times follow the answers by seconds, so there may be fewer of them. */
function judgeTimes(maxP99: number, minRequests: number, { times }: Counted): Verdict {
  const timed = countOf(times.values());
  if (timed < minRequests)
    return { type: 'stay', reason: `the times of only ${timed} of ${minRequests} requests were counted` };
  const p99 = percentile(times.values(), 0.99) ?? 0;
  if (p99 <= maxP99) return { type: 'go-on' };
  return {
    type: 'abort',
    reason: `1% of ${timed} requests took longer than ${text(p99)}ms: more than ${text(maxP99)}ms`,
  };
}

function text(value: number): string {
  return String(Math.round(value * 100) / 100);
}
