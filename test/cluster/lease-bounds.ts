import { parseServe } from '../../controller/config.ts';

/** Of a controller that is told nothing of leases. */
const election = parseServe(['--incluster', '--insecure'], {})?.cluster?.status.election;
const { leaseMs = 0, retryMs = 0 } = election?.timing ?? {};

/** What a busy machine adds to requests and turns of a loop, in ms. */
const busyMs = 10_000;

/**
 * Within which another leads where the leader says nothing more, in ms: it has seen the last renewal a retry late, waits
 * for the lease to run out, and asks a retry after that.
 */
export const takeoverMs = retryMs + leaseMs + retryMs + busyMs;

/** Who leads sooner than this after another, in ms, was given the lease, whose last renewal has not run out yet. */
export const handoverMs = leaseMs - 2 * retryMs;

/** Within which a leader that cannot renew leads no more, in ms: before anybody else may. */
export const giveUpMs = leaseMs;
