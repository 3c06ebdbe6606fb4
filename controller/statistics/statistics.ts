import type { Clock } from '../../kubernetes/clock.ts';
import type { EnvoyTraffic, ServicePort } from '../../routing/traffic-item.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import { doorName, type StatisticsDoor } from './door.ts';
import { type Ask, createPull, type Pull } from './pull.ts';

export interface StatisticsOptions {
  readonly envoys: () => readonly EnvoyReport[];
  /** Null for an Envoy that cannot be asked. */
  readonly doorOf: (envoy: EnvoyReport) => StatisticsDoor | null;
  readonly ask: Ask;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/**
 * What every connected Envoy has counted of these ports: once all of them have answered or have failed to, and again,
 * at most once a second, when one of them was asked anew, until `signal` is aborted.
 */
export type FollowStatistics = (
  ports: readonly ServicePort[],
  signal: AbortSignal,
) => AsyncGenerator<readonly EnvoyTraffic[]>;

/** How often it is looked whom to ask: a small part of the second that an Envoy has between two questions. */
const lookEveryMs = 100;
const tellEveryMs = 1_000;

/** Asks Envoys while somebody wants to know, each of them once for all who do. */
export function createStatistics(options: StatisticsOptions): FollowStatistics {
  const { clock } = options;
  const followers = new Map<() => void, readonly ServicePort[]>();
  let pulls: ReadonlyMap<string, Pull> = new Map();
  let stop = new AbortController();

  const changed = (): void => {
    for (const hear of followers.keys()) hear();
  };

  function look(signal: AbortSignal): void {
    const before = pulls;
    pulls = pullsOf(options, before);
    if (pulls.size !== before.size || [...pulls.keys()].some((name) => !before.has(name))) changed();
    const ports = [...followers.values()].flat();
    for (const pull of pulls.values()) void pull.goOn(ports, signal).then((hasAsked) => hasAsked && changed());
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      look(signal);
      await clock.sleep(lookEveryMs, signal);
    }
  }

  function join(hear: () => void, ports: readonly ServicePort[]): void {
    followers.set(hear, ports);
    if (followers.size > 1) return;
    stop = new AbortController();
    void run(stop.signal);
  }

  function leave(hear: () => void): void {
    followers.delete(hear);
    if (followers.size === 0) stop.abort();
  }

  return async function* follow(ports, signal) {
    const bell = createBell(signal);
    join(bell.ring, ports);
    try {
      for (let isFirst = true; !signal.aborted;) {
        const rung = bell.rung();
        const known = [...pulls.values()].map((pull) => pull.of(ports, isFirst));
        if (!isFirst || known.every((traffic) => traffic !== null)) {
          isFirst = false;
          yield known.filter((traffic) => traffic !== null);
          await clock.sleep(tellEveryMs, signal);
        }
        await bell.after(rung);
      }
    } finally {
      leave(bell.ring);
    }
  };
}

/** Two Envoys behind one door are one that has come back, whose old stream is not known to be dead yet. */
function pullsOf(
  { envoys, doorOf, ask, clock }: StatisticsOptions,
  before: ReadonlyMap<string, Pull>,
): ReadonlyMap<string, Pull> {
  const pulls = new Map<string, Pull>();
  for (const envoy of envoys()) {
    const door = doorOf(envoy);
    if (door === null) continue;
    const name = doorName(door);
    pulls.set(name, before.get(name) ?? createPull(envoy.node, door, ask, clock));
  }
  return pulls;
}

interface Bell {
  readonly ring: () => void;
  /** How often it has rung. */
  rung(): number;
  /** Resolves once it has rung more often than that, or `signal` is aborted. */
  after(rung: number): Promise<void>;
}

function createBell(signal: AbortSignal): Bell {
  let rung = 0;
  let wake = (): void => {};
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    ring() {
      rung += 1;
      wake();
    },
    rung: () => rung,
    after: async (count) => {
      if (rung === count && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}
