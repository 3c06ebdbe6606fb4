import { answerClasses, type AnswerClass, type EnvoyTraffic, type TimeBucket } from '../../../routing/traffic-item.ts';

/** What was counted of one service. */
export interface Counted {
  readonly answers: Readonly<Record<AnswerClass, number>>;
  /** By `from`. */
  readonly times: ReadonlyMap<number, TimeBucket>;
}

/** Everything that Envoys have counted since somebody began to listen. */
export interface Tally {
  /** What each Envoy said last. */
  readonly heard: ReadonlyMap<string, EnvoyTraffic>;
  /** `shop/web-v1:80` */
  readonly services: ReadonlyMap<string, Counted>;
  /** How long Envoys were listened to, each for itself, in ms. */
  readonly envoyMs: number;
}

export const nothingCounted: Counted = {
  answers: { '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
  times: new Map(),
};

export const emptyTally: Tally = { heard: new Map(), services: new Map(), envoyMs: 0 };

/** The tally after Envoys were heard again. Of one that is heard for the first time nothing counts yet. */
export function tallyUp(tally: Tally, items: readonly EnvoyTraffic[]): Tally {
  const heard = new Map(tally.heard);
  const services = new Map(tally.services);
  let { envoyMs } = tally;
  for (const item of items) {
    if (item.fault !== null) continue;
    const key = `${item.envoy} ${item.address}`;
    const before = heard.get(key);
    heard.set(key, item);
    if (before === undefined) continue;
    envoyMs += Math.max(0, item.at - before.at);
    for (const [service, more] of countedBetween(before, item))
      services.set(service, plus(services.get(service) ?? nothingCounted, more));
  }
  return { heard, services, envoyMs };
}

/** What came to `later` after `earlier`, of one service. */
export function countedSince(earlier: Tally, later: Tally, service: string): Counted {
  const now = later.services.get(service) ?? nothingCounted;
  return minus(now, earlier.services.get(service) ?? nothingCounted);
}

/** For how long, in seconds, as one Envoy's clock would have it. */
export function secondsBetween(earlier: Tally, later: Tally): number {
  return (later.envoyMs - earlier.envoyMs) / 1000 / Math.max(1, later.heard.size);
}

export function requestsOf({ answers }: Counted): number {
  return answerClasses.reduce((sum, each) => sum + answers[each], 0);
}

function countedBetween(before: EnvoyTraffic, now: EnvoyTraffic): ReadonlyMap<string, Counted> {
  const [old, fresh] = [countsOf(before), countsOf(now)];
  const hasRestarted =
    now.uptimeSeconds < before.uptimeSeconds || [...fresh].some(([service, each]) => isLess(each, old.get(service)));
  if (hasRestarted) return fresh;
  // What an Envoy was not asked for before it may have counted long ago.
  return new Map(
    [...fresh].flatMap(([service, each]) => {
      const known = old.get(service);
      return known === undefined ? [] : [[service, minus(each, known)]];
    }),
  );
}

function countsOf({ counts }: EnvoyTraffic): ReadonlyMap<string, Counted> {
  return new Map(
    counts.map(({ service, answers, times }) => [
      service,
      { answers, times: new Map(times.map((bucket) => [bucket.from, bucket])) },
    ]),
  );
}

function isLess(now: Counted, before: Counted = nothingCounted): boolean {
  return answerClasses.some((each) => now.answers[each] < before.answers[each]);
}

function plus(left: Counted, right: Counted): Counted {
  return combined(left, right, 1);
}

function minus(left: Counted, right: Counted): Counted {
  return combined(left, right, -1);
}

function combined(left: Counted, right: Counted, sign: 1 | -1): Counted {
  const sum = (each: AnswerClass): number => left.answers[each] + sign * right.answers[each];
  const times = new Map(left.times);
  for (const [from, bucket] of right.times) {
    const count = (left.times.get(from)?.count ?? 0) + sign * bucket.count;
    if (count > 0) times.set(from, { ...bucket, count });
    else times.delete(from);
  }
  return {
    answers: { '1xx': sum('1xx'), '2xx': sum('2xx'), '3xx': sum('3xx'), '4xx': sum('4xx'), '5xx': sum('5xx') },
    times,
  };
}
