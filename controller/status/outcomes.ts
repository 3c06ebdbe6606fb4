import { type Backoff, createBackoff } from '../../kubernetes/backoff.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { ApiError, type KubernetesError } from '../../kubernetes/errors.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import type { Counts } from './counts.ts';
import type { Pace } from './pace.ts';
import type { StatusQueue } from './queue.ts';
import { type StatusWrite, scopeOf } from './status-write.ts';
import { verdictOnWrite, type WriteVerdict } from './verdict.ts';
import type { WriteLog } from './write-log.ts';

export interface OutcomeParts {
  readonly clock: Clock;
  readonly queue: StatusQueue;
  readonly pace: Pace;
  readonly counts: Counts;
  readonly writeLog: WriteLog;
}

/** What becomes of an object after its write was answered, or was not. */
export interface Outcomes {
  settled(key: RefKey): void;
  accepted(key: RefKey, write: StatusWrite): void;
  refused(key: RefKey, write: StatusWrite, error: KubernetesError): void;
}

/** Between attempts at what was refused for a reason that seldom passes, in ms. */
const slowMs = 60_000;
const deniedMs = 4_000;
const conflictMs = 1_000;
const throttledMs = 1_000;
const longestThrottleMs = 60_000;

export function createOutcomes({ clock, queue, pace, counts, writeLog }: OutcomeParts): Outcomes {
  const failures = new Map<RefKey, Backoff>();
  const denials = new Map<string, number>();

  function backoffOf(key: RefKey): Backoff {
    const backoff = failures.get(key) ?? createBackoff(clock);
    failures.set(key, backoff);
    return backoff;
  }
  function settled(key: RefKey): void {
    failures.delete(key);
    queue.done(key, clock.now());
  }
  /** An API server that has just started has not read its roles yet: the first time is no reason to wait for long. */
  function holdDenied(scope: string): number {
    const now = clock.now();
    // Others that were under way are told the same.
    if (pace.heldUntil(scope) > now) return pace.heldUntil(scope) - now;
    const times = denials.get(scope) ?? 0;
    denials.set(scope, times + 1);
    const pauseMs = Math.min(deniedMs * 2 ** times, slowMs) * (1 + clock.random());
    pace.hold(scope, now + pauseMs);
    return pauseMs;
  }
  function again(
    key: RefKey,
    verdict: Exclude<WriteVerdict, 'gone'>,
    write: StatusWrite,
    error: KubernetesError,
  ): number {
    if (verdict === 'refused') return slowMs * (1 + clock.random());
    if (verdict === 'denied') return holdDenied(scopeOf(write));
    const pauseMs = backoffOf(key).next(error);
    // The watch tells soon, and that hurries it.
    if (verdict === 'conflict') return pauseMs + conflictMs;
    if (verdict !== 'throttled') return pauseMs;
    pace.holdAll(clock.now() + throttleOf(error));
    return throttleOf(error) + pauseMs;
  }

  return {
    settled,
    accepted(key, write) {
      const { resource } = write;
      denials.delete(scopeOf(write));
      counts.add(resource.kind, 'success');
      writeLog.written(resource);
      settled(key);
    },
    refused(key, write, error) {
      const { resource } = write;
      const verdict = verdictOnWrite(error, 'patch');
      counts.add(resource.kind, verdict === 'conflict' ? 'conflict' : 'failed');
      if (verdict === 'gone') return settled(key);
      if (verdict === 'denied') writeLog.denied(resource, error);
      else if (verdict !== 'conflict') writeLog.failed(resource, error);
      queue.retry(key, clock.now() + again(key, verdict, write, error), verdict === 'conflict');
    },
  };
}

function throttleOf(error: KubernetesError): number {
  const asked = error instanceof ApiError ? error.retryAfterMs : null;
  return Math.min(asked ?? throttledMs, longestThrottleMs);
}
