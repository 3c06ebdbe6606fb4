import type { Clock } from '../../kubernetes/clock.ts';
import {
  type EnvoyTraffic,
  type ServicePort,
  servicePortLabel,
  type TrafficCount,
} from '../../routing/traffic-item.ts';
import { type EnvoyStatistics, readStatistics, statisticsPath } from '../../xds/envoy/statistics.ts';
import { Fault } from '../fault.ts';
import { doorName, type StatisticsDoor } from './door.ts';

/** Rejects with a Fault, whose message goes on after the name of the Envoy. */
export type Ask = (door: StatisticsDoor, path: string, signal: AbortSignal) => Promise<string>;

/** One Envoy that is asked again and again. */
export interface Pull {
  /** Asks where it is time to. Answers whether it did. */
  goOn(ports: readonly ServicePort[], signal: AbortSignal): Promise<boolean>;
  /** What it said last; null where it was not asked for all of these yet, or for `isFresh` not since it was due. */
  of(ports: readonly ServicePort[], isFresh: boolean): EnvoyTraffic | null;
}

interface Answer {
  readonly asked: ReadonlySet<string>;
  readonly at: number;
  readonly freshUntil: number;
  readonly told: EnvoyStatistics | Fault;
}

const everyMs = 1_000;
/** Envoy looks through all it counts on the thread that takes our updates: it is let do that a twentieth of the time. */
const restPerWork = 19;
const longestRestMs = 5_000;

export function createPull(envoy: string, door: StatisticsDoor, ask: Ask, clock: Pick<Clock, 'now'>): Pull {
  let isBusy = false;
  let notBefore = -Infinity;
  let last: Answer | null = null;
  return {
    async goOn(ports, signal) {
      const started = clock.now();
      if (isBusy || started < notBefore) return false;
      isBusy = true;
      const told = await tellingOf(ask(door, statisticsPath(ports), signal));
      const at = clock.now();
      isBusy = false;
      notBefore = Math.max(started + everyMs, at + Math.min(longestRestMs, restPerWork * (at - started)));
      if (signal.aborted) return false;
      last = { asked: new Set(ports.map(servicePortLabel)), at, freshUntil: notBefore, told };
      return true;
    },
    of(ports, isFresh) {
      if (last === null || (isFresh && (isBusy || clock.now() >= last.freshUntil))) return null;
      const { asked, at, told } = last;
      const head = { envoy, address: doorName(door), at };
      if (told instanceof Fault) return { ...head, uptimeSeconds: 0, fault: told.message, counts: [] };
      if (!ports.every((port) => asked.has(servicePortLabel(port)))) return null;
      const counts = ports.map((port): TrafficCount => ({ service: servicePortLabel(port), ...told.of(port) }));
      return { ...head, uptimeSeconds: told.uptimeSeconds, fault: null, counts };
    },
  };
}

async function tellingOf(answer: Promise<string>): Promise<EnvoyStatistics | Fault> {
  try {
    return readStatistics(await answer) ?? new Fault('answers with something else than statistics');
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
