import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Clock } from '../kubernetes/clock.ts';
import { ApiError, isKubernetesError } from '../kubernetes/errors.ts';
import {
  createLease,
  getLease,
  type Lease,
  type LeaseClaim,
  type LeasePlace,
  updateLease,
} from '../kubernetes/lease.ts';
import type { Log } from './log.ts';

/** https://pkg.go.dev/k8s.io/client-go/tools/leaderelection#LeaderElectionConfig */
export interface LeaseTiming {
  /** How long others wait for a leader that says nothing, in ms. */
  readonly leaseMs: number;
  /** How long a leader may fail to renew before it stops leading, in ms. */
  readonly renewMs: number;
  /** Between attempts, in ms. */
  readonly retryMs: number;
}

export interface LeaderOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** What is written for people to read; nothing is decided by it. */
  readonly date: () => Date;
  /** Unlike that of any other process. */
  readonly identity: string;
  readonly lease: LeasePlace;
  readonly timing: LeaseTiming;
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
  const record = createRecord(options);
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

type LeaseRecord = ReturnType<typeof createRecord>;

/** What we know of the lease, and since when. */
function createRecord({ client, clock, date, identity, lease: place, timing }: LeaderOptions) {
  let lease: Lease | null = null;
  let seen = { text: '', at: 0 };

  function observe(now: Lease): void {
    lease = now;
    const text = JSON.stringify(now.raw.spec);
    if (text !== seen.text) seen = { text, at: clock.now() };
  }

  function claimOver(before: Lease | null): LeaseClaim {
    const isOurs = before?.holder === identity;
    const now = date();
    return {
      holder: identity,
      durationSeconds: Math.ceil(timing.leaseMs / 1000),
      transitions: before === null ? 0 : before.transitions + (isOurs ? 0 : 1),
      acquired: isOurs ? null : now,
      renewed: now,
    };
  }

  async function put(before: Lease, signal: AbortSignal): Promise<boolean> {
    const after = await updateLease(client, place, before, claimOver(before), signal);
    if (after !== null) observe(after);
    return after !== null;
  }

  return {
    /** Answers whether the lease is ours. */
    async claim(leading: boolean, signal: AbortSignal): Promise<boolean> {
      if (leading && lease !== null && (await put(lease, signal))) return true;
      const found = await getLease(client, place, signal);
      if (found === null) {
        const created = await createLease(client, place, claimOver(null), signal);
        if (created !== null) observe(created);
        return created !== null;
      }
      observe(found);
      const isFree = found.holder === '' || clock.now() >= seen.at + (found.durationMs ?? timing.leaseMs);
      return (isFree || found.holder === identity) && put(found, signal);
    },
    async giveBack(signal: AbortSignal): Promise<void> {
      if (lease === null) return;
      // An attempt that was cut short may have been heard.
      const found = await getLease(client, place, signal);
      if (found?.holder !== identity) return;
      const now = date();
      const { transitions } = found;
      const claim = { holder: null, durationSeconds: 1, transitions, acquired: now, renewed: now };
      await updateLease(client, place, found, claim, signal);
    },
  };
}
