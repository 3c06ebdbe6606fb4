import type { Clock } from '../kubernetes/clock.ts';
import { ApiError, isKubernetesError } from '../kubernetes/errors.ts';
import { createLeaseRecord, type LeaseRecord, type LeaseRecordOptions } from './lease-record.ts';
import type { Log } from './log.ts';

export interface LeaderOptions extends LeaseRecordOptions {
  readonly log: Log;
}

/** Whether this process is the one that writes. Any number of standbys serve Envoys all the same. */
export interface Leader {
  /** By the local clock, at this moment: ask right before each write. */
  isLeading(): boolean;
  /** Called when it begins and when it ends. */
  onChange(listener: (leading: boolean) => void): void;
  /** Stops, and gives the lease back so that the next leader need not wait. */
  stop(): Promise<void>;
}

/** As much of `stop` as may be spent on saying so to an API server that does not answer. */
const releaseMs = 1_500;

/** One that leads always, for a controller that is told to be alone. */
export const soleLeader: Leader = {
  isLeading: () => true,
  onChange: (listener) => listener(true),
  stop: async () => {},
};

/**
 * Leader election by a Lease, with client-go's rules: a record is valid for its duration since we last saw it change, by
 * our clock and never by the times in it; a leader that could not renew for `renewMs` has ended, whatever the server says.
 */
export function createLeader(options: LeaderOptions): Leader {
  const { clock, timing, log } = options;
  const end = new AbortController();
  const record = createLeaseRecord(options);
  const term = createTerm(options);
  const complain = createComplaints(log);

  async function attempt(): Promise<void> {
    const started = clock.now();
    const bound = bounded(clock, term.leftMs() ?? timing.renewMs, end.signal);
    try {
      const isOurs = await record.claim(term.leftMs() !== null, bound.signal);
      if (end.signal.aborted) return;
      complain(null);
      if (!isOurs) term.lost('no longer leading: another controller holds the lease');
      // What took too long may have been taken from us since.
      else if (clock.now() < started + timing.renewMs) term.renewed(started);
    } catch (error) {
      if (!isKubernetesError(error)) throw error;
      if (!end.signal.aborted) complain(error);
    } finally {
      bound.done();
    }
  }

  async function run(): Promise<void> {
    while (!end.signal.aborted) {
      // A process that was stopped for a while wakes up here, or in the attempt that it was stopped in.
      term.lapse();
      await attempt();
      term.lapse();
      // Less by chance, so that standbys do not ask at once, and one of them asks within a retry period.
      const pauseMs = timing.retryMs * (0.6 + 0.3 * clock.random());
      await clock.sleep(Math.min(pauseMs, term.leftMs() ?? pauseMs), end.signal);
    }
  }

  const running = run();
  return {
    isLeading: term.isLeading,
    onChange: term.onChange,
    async stop() {
      term.end();
      end.abort();
      await running;
      await release(options, record);
    },
  };
}

/** How long we lead yet, by our clock. */
function createTerm({ clock, timing, lease, log }: LeaderOptions) {
  const listeners: ((leading: boolean) => void)[] = [];
  let until: number | null = null;
  const isLeading = (): boolean => until !== null && clock.now() < until;

  function tell(leading: boolean, why: string): void {
    log(leading ? 'info' : 'warning', why, { lease: `${lease.namespace}/${lease.name}` });
    for (const listener of listeners) listener(leading);
  }
  function lost(why: string): void {
    if (until === null) return;
    until = null;
    tell(false, why);
  }

  return {
    isLeading,
    onChange: (listener: (leading: boolean) => void) => void listeners.push(listener),
    /** In ms; null where we do not lead. */
    leftMs: (): number | null => (until === null ? null : Math.max(0, until - clock.now())),
    renewed(at: number): void {
      const begins = until === null;
      until = at + timing.renewMs;
      if (begins) tell(true, 'leading: this controller writes status');
    },
    lost,
    lapse(): void {
      if (!isLeading()) lost('no longer leading: the lease could not be renewed in time');
    },
    /** Without a word: we are asked to stop. */
    end(): void {
      until = null;
    },
  };
}

async function release({ clock, log }: LeaderOptions, record: LeaseRecord): Promise<void> {
  const bound = bounded(clock, releaseMs, new AbortController().signal);
  try {
    await record.giveBack(bound.signal);
  } catch (error) {
    if (!isKubernetesError(error)) throw error;
    log('warning', `the lease was not given back: ${error.message}`);
  } finally {
    bound.done();
  }
}

/** A signal that is aborted after `ms` on the clock. */
function bounded(clock: Clock, ms: number, outer: AbortSignal) {
  const late = new AbortController();
  const finished = new AbortController();
  void clock.sleep(ms, finished.signal).then(() => late.abort());
  return { signal: AbortSignal.any([outer, late.signal]), done: () => finished.abort() };
}

/** Says what is wrong with the lease when that changes, and not each time it is met. */
function createComplaints(log: Log): (error: Error | null) => void {
  let said = '';
  return (error) => {
    const text = error === null ? '' : sentenceFor(error);
    if (text !== said && text !== '') log('warning', text);
    said = text;
  };
}

function sentenceFor(error: Error): string {
  if (!(error instanceof ApiError && error.status === 403)) return `the lease cannot be had: ${error.message}`;
  return `no status is written, because leases are denied (get, create and update are needed): ${error.message}`;
}
