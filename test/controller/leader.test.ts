import { afterEach, expect, test } from 'vitest';
import { createLeader, type Leader } from '../../controller/leader.ts';
import type { Log } from '../../controller/log.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { fakeLeases, type Mood } from './fake-leases.ts';

const timing = { leaseMs: 15_000, renewMs: 10_000, retryMs: 2_000 };
const running: Leader[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((leader) => leader.stop()));
});

/** A contender whose API server fares as it is told, whose calendar is off by `skewMs`. */
function contender(
  leases: ReturnType<typeof fakeLeases>,
  clock: FakeClock,
  identity: string,
  { skewMs = 0, lines = [] }: { readonly skewMs?: number; readonly lines?: string[] } = {},
) {
  let mood: Mood = 'well';
  const log: Log = (_level, message) => void lines.push(message);
  const leader = createLeader({
    client: leases.client(() => mood),
    clock,
    date: () => new Date(Date.UTC(2026, 0, 1) + clock.now() + skewMs),
    identity,
    lease: { namespace: 'projectcontour', name: 'leader-elect' },
    timing,
    log,
  });
  running.push(leader);
  const changes: boolean[] = [];
  leader.onChange((leading) => changes.push(leading));
  return { leader, changes, lines, fare: (next: Mood) => void (mood = next) };
}

test('the first one leads, and renews for as long as it lives', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  const one = contender(leases, clock, 'one');
  await clock.advance(100);
  expect(one.leader.isLeading()).toBe(true);
  expect(leases.spec()).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 15, leaseTransitions: 0 });
  expect(leases.spec()).toMatchObject({
    acquireTime: expect.stringMatching(/^2026-01-01T00:00:01\.\d{6}Z$/) as unknown,
  });
  const two = contender(leases, clock, 'two');
  await clock.advance(120_000);
  expect([one.leader.isLeading(), two.leader.isLeading()]).toEqual([true, false]);
  expect(one.changes).toEqual([true]);
  expect(new Set(leases.writes)).toEqual(new Set(['one']));
});

test('a leader that is cut off has ended before another begins, by whatever clock', async () => {
  for (const skewMs of [0, 3 * 3_600_000, -3 * 3_600_000]) {
    const [clock, leases] = [createFakeClock(), fakeLeases()];
    const one = contender(leases, clock, 'one');
    await clock.advance(100);
    const two = contender(leases, clock, 'two', { skewMs });
    await clock.advance(60_000);
    expect(two.changes).toEqual([]);
    one.fare('silent');
    let [endedAt, begunAt] = [0, 0];
    for (let at = 0; at < 20_000; at += 100) {
      await clock.advance(100);
      expect(one.leader.isLeading() && two.leader.isLeading()).toBe(false);
      if (endedAt === 0 && !one.leader.isLeading()) endedAt = at;
      if (begunAt === 0 && two.leader.isLeading()) begunAt = at;
    }
    expect(endedAt).toBeLessThanOrEqual(10_000);
    expect(begunAt).toBeGreaterThan(endedAt);
    expect(begunAt).toBeLessThanOrEqual(17_000);
    expect([one.changes, two.changes]).toEqual([[true, false], [true]]);
    expect(leases.spec()).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 });
    one.fare('well');
    await clock.advance(60_000);
    expect([one.leader.isLeading(), two.leader.isLeading()]).toEqual([false, true]);
  }
});

test('a leader that was stopped for a while does not lead for one moment after it', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  const one = contender(leases, clock, 'one');
  await clock.advance(5_000);
  const frozen = clock.freeze(20_000);
  leases.overwrite({ holderIdentity: 'two', leaseTransitions: 1 });
  await Promise.resolve();
  expect(one.leader.isLeading()).toBe(true);
  await frozen;
  expect(one.leader.isLeading()).toBe(false);
  expect(one.changes).toEqual([true, false]);
  expect(leases.spec()).toMatchObject({ holderIdentity: 'two' });
});

test('who ends gives the lease back, and the next one leads within the retry period', async () => {
  for (const chance of [0, 0.5, 0.99]) {
    const [clock, leases] = [createFakeClock(() => chance), fakeLeases()];
    const one = contender(leases, clock, 'one');
    await clock.advance(100);
    const two = contender(leases, clock, 'two');
    await clock.advance(10_000);
    await one.leader.stop();
    expect(one.leader.isLeading()).toBe(false);
    expect(leases.spec()).not.toHaveProperty('holderIdentity');
    await clock.advance(timing.retryMs);
    expect(two.leader.isLeading()).toBe(true);
    expect(leases.writes).toContain('-');
  }
});

test('who never led gives nothing back', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  contender(leases, clock, 'one');
  await clock.advance(100);
  const two = contender(leases, clock, 'two');
  await clock.advance(5_000);
  await two.leader.stop();
  expect(leases.writes).not.toContain('-');
  expect(leases.spec()).toMatchObject({ holderIdentity: 'one' });
});

test('of two that begin at once, or over one that is gone, one leads', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  const both = [contender(leases, clock, 'one'), contender(leases, clock, 'two')];
  await clock.advance(10_000);
  expect(both.filter(({ leader }) => leader.isLeading()).length).toBe(1);
});

test('a write of another to the lease is no loss, and what it wrote is kept', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  const one = contender(leases, clock, 'one');
  await clock.advance(100);
  leases.overwrite({ strategy: 'OldestEmulationVersion' });
  await clock.advance(5_000);
  expect(one.changes).toEqual([true]);
  expect(leases.spec()).toMatchObject({ holderIdentity: 'one', strategy: 'OldestEmulationVersion' });
});

test('half of all writes refused costs no leadership', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  const one = contender(leases, clock, 'one');
  let turn = 0;
  for (let at = 0; at < 120; at += 1) {
    one.fare((turn += 1) % 2 === 0 ? 409 : 'well');
    await clock.advance(1_000);
  }
  expect(one.changes).toEqual([true]);
});

test('what is denied is said once, with what is missing, and heals', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  const one = contender(leases, clock, 'one');
  one.fare(403);
  await clock.advance(60_000);
  expect(one.lines).toEqual([expect.stringContaining('get, create and update are needed')]);
  one.fare('well');
  await clock.advance(2_000);
  expect(one.leader.isLeading()).toBe(true);
});

test('an API server that says nothing ends leadership by our clock', async () => {
  const [clock, leases] = [createFakeClock(), fakeLeases()];
  const one = contender(leases, clock, 'one');
  await clock.advance(1_000);
  one.fare('silent');
  await clock.advance(10_000);
  expect(one.leader.isLeading()).toBe(false);
  one.fare('well');
  await clock.advance(4_000);
  expect(one.changes).toEqual([true, false, true]);
  expect(leases.spec()).toMatchObject({ leaseTransitions: 0 });
});
