import { expect, it } from 'vitest';
import { createInFlightLimit } from '../../../controller/status/in-flight-limit.ts';

const most = 12;

/** A server of so many processors that work 4 ms on each write: what is more waits in a queue. */
function settleOn(processors: number): number {
  const limit = createInFlightLimit(most);
  for (let write = 0; write < 1_990; write += 1) limit.answered(4 * Math.max(1, limit.allowed / processors));
  return limit.allowed;
}

it('begins with two, since one alone waits most of the time', () => {
  expect(createInFlightLimit(most).allowed).toBe(2);
  expect(createInFlightLimit(1).allowed).toBe(1);
});

it('grows as far as it may where nothing waits', () => {
  expect(settleOn(64)).toBe(most);
});

it('keeps a small server busy, and its queue short', () => {
  expect(settleOn(2)).toBeGreaterThanOrEqual(4);
  expect(settleOn(2)).toBeLessThanOrEqual(6);
});

it('falls back to two while every write waits, and no further', () => {
  const limit = createInFlightLimit(most);
  for (let write = 0; write < 100; write += 1) limit.answered(4);
  for (let write = 0; write < 100; write += 1) limit.answered(100);
  expect(limit.allowed).toBe(2);
});

it('believes a server that has become slower for good', () => {
  const limit = createInFlightLimit(most);
  for (let write = 0; write < 100; write += 1) limit.answered(4);
  for (let write = 0; write < 890; write += 1) limit.answered(100);
  expect(limit.allowed).toBe(most);
});

it('takes no notice of differences too small to mean a queue', () => {
  const limit = createInFlightLimit(most);
  for (let write = 0; write < 990; write += 1) limit.answered(write % 2 === 0 ? 0 : 5);
  expect(limit.allowed).toBe(most);
});
