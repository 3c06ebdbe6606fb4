import type { TimeBucket } from '../../../routing/traffic-item.ts';

/**
 * The time within which `fraction` of the answers came, in ms; null where there were none. Within a bucket they are
 * taken to lie evenly, so that it is off by less than the width of one: a tenth of the time and mostly far less.
 */
export function percentile(times: Iterable<TimeBucket>, fraction: number): number | null {
  const buckets = [...times].sort((left, right) => left.from - right.from);
  const wanted = fraction * countOf(buckets);
  let passed = 0;
  for (const { from, width, count } of buckets) {
    if (passed + count >= wanted) return from + (width * (wanted - passed)) / count;
    passed += count;
  }
  return null;
}

export function countOf(times: Iterable<TimeBucket>): number {
  let sum = 0;
  for (const { count } of times) sum += count;
  return sum;
}

export interface Share {
  /** In percent. */
  readonly percent: number;
  /** In percentage points: the true share is that close in 95 of 100 cases. */
  readonly margin: number;
}

/** A share of fewer says nothing. */
const enoughForShare = 50;

/** Null of too few. https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval */
export function shareOf(part: number, whole: number): Share | null {
  if (whole < enoughForShare) return null;
  const z = 1.96;
  const share = part / whole;
  const width = Math.sqrt((share * (1 - share)) / whole + (z * z) / (4 * whole * whole));
  return { percent: 100 * share, margin: (100 * z * width) / (1 + (z * z) / whole) };
}
