import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { Kind, RefKey } from '../../routing/objects/ref.ts';
import type { Log } from '../log.ts';
import { createCounts, type WriteCounts } from './counts.ts';
import type { WriteRate } from './pace.ts';
import type { StatusWrite } from './status-write.ts';
import type { StoredStatus } from './stored-status.ts';
import { createWriteRun, type WriteRun } from './write-run.ts';

export interface StatusWriterOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /**
   * Asked as late as can be, so that ten edits become one write; null where the stored status is right already, or is no
   * concern of ours.
   */
  readonly plan: (key: RefKey) => StatusWrite | null;
  readonly stored: (key: RefKey) => StoredStatus | null;
  /** The object as it is after a write, before a watch tells. Answers its status as text. */
  readonly answered: (key: RefKey, object: unknown) => string;
  /** Asked right before each write. */
  readonly mayWrite: () => boolean;
  readonly log: Log;
  readonly rate: WriteRate;
}

/** Writes statuses at a rate of its own, so that no route ever waits for one. */
export interface StatusWriter {
  /** Somebody has moved these. Ignored while it is stopped. */
  offer(keys: Iterable<RefKey>): void;
  /** These are looked at when nothing waits that somebody has moved. Ignored while it is stopped. */
  offerAll(keys: Iterable<RefKey>): void;
  /** The object is gone. */
  forget(key: RefKey): void;
  /** Whoever starts it offers everything. */
  start(): void;
  /** Drops all that waits, and gives up what is under way. */
  stop(): void;
  /** Resolves when nothing waits and nothing is being written. */
  idle(): Promise<void>;
  readonly counts: ReadonlyMap<Kind, WriteCounts>;
}

export const defaultRate: WriteRate = { perSecond: 500, atOnce: 12, settleMs: 100, patienceMs: 10_000 };

export function createStatusWriter(options: StatusWriterOptions): StatusWriter {
  const counts = createCounts();
  const waiting = new Set<() => void>();
  const quiet = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  let run: WriteRun | null = null;
  return {
    offer: (keys) => run?.offer(keys, 'moved'),
    offerAll: (keys) => run?.offer(keys, 'all'),
    forget: (key) => run?.forget(key),
    start() {
      run ??= createWriteRun(options, counts, quiet);
    },
    stop() {
      run?.stop();
      run = null;
      quiet();
    },
    idle: () =>
      new Promise((resolve) => {
        waiting.add(resolve);
        if (run === null || run.isQuiet()) quiet();
      }),
    counts: counts.all,
  };
}
