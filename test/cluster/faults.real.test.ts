import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiServerAway, deleteLeader, killControllers, killLeader } from './faults/faults.ts';
import { type Measured, measure } from './faults/measure.ts';
import { type FaultStand, openFaultStand } from './faults/stand.ts';
import { handoverMs, takeoverMs } from './lease-bounds.ts';

let stand: FaultStand;

beforeAll(async () => {
  stand = await openFaultStand(`faults-${process.pid}`, 20);
});

afterAll(() => stand.close());

/** Whatever happens to those who program it, Envoy answers all it did, on the connections that it had. */
function expectNothingLost({ requests, failures, cut, removals }: Measured): void {
  expect({ failures, cut, removals }).toEqual({ failures: [], cut: 0, removals: [] });
  // A handover takes less than a second.
  expect(requests).toBeGreaterThan(20);
}

it('the API server is away for 10 s: edits go live when it is back', async () => {
  const measured = await measure(stand, apiServerAway(10_000));
  expectNothingLost(measured);
  // The last is the one that waited for it.
  expect(measured.edits.at(-1)).toBeLessThan(20_000);
});

it('the leader is killed: one other leads, and edits go live meanwhile', async () => {
  const measured = await measure(stand, killLeader);
  expectNothingLost(measured);
  expect(measured.transitions).toBe(1);
  expect(measured.leaderMs).toBeLessThan(takeoverMs);
  // They wait for no leader.
  expect(Math.max(...measured.edits)).toBeLessThan(handoverMs);
});

it('the leader is told to end: the next one leads before the lease would have run out', async () => {
  const measured = await measure(stand, deleteLeader);
  expectNothingLost(measured);
  expect(measured.transitions).toBe(1);
  expect(measured.leaderMs).toBeLessThan(handoverMs);
});

it('controllers are killed five times while edits flow: nobody serves an emptier world', async () => {
  const measured = await measure(stand, killControllers(5));
  expectNothingLost(measured);
  expect(measured.edits.length).toBeGreaterThan(5);
});
