import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Clock } from '../kubernetes/clock.ts';
import {
  createLease,
  getLease,
  type Lease,
  type LeaseClaim,
  type LeasePlace,
  updateLease,
} from '../kubernetes/lease.ts';

/** https://pkg.go.dev/k8s.io/client-go/tools/leaderelection#LeaderElectionConfig */
export interface LeaseTiming {
  /** How long others wait for a leader that says nothing, in ms. */
  readonly leaseMs: number;
  /** How long a leader may fail to renew before it stops leading, in ms. */
  readonly renewMs: number;
  /** Between attempts, in ms. */
  readonly retryMs: number;
}

export interface LeaseRecordOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  /** What is written for people to read; nothing is decided by it. */
  readonly date: () => Date;
  /** Unlike that of any other process. */
  readonly identity: string;
  readonly lease: LeasePlace;
  readonly timing: LeaseTiming;
}

export type LeaseRecord = ReturnType<typeof createLeaseRecord>;

/** What we know of the lease, and since when. */
export function createLeaseRecord({ client, clock, date, identity, lease: place, timing }: LeaseRecordOptions) {
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
