import { expect, it } from 'vitest';
import { firstSync } from '../../../controller/programming/first-sync.ts';
import { createFakeClock, settle } from '../../support/fake-clock.ts';

const starting = { complete: false };
const running = { complete: true };

function wait(envoys: () => readonly { readonly complete: boolean }[]) {
  const clock = createFakeClock();
  const end = new AbortController();
  let isOver = false;
  const over = firstSync(envoys, clock, end.signal).then(() => void (isOver = true));
  return { clock, end, over, isOver: () => isOver };
}

it('ends as soon as one Envoy runs a whole world, however many others do not', async () => {
  const envoys = [starting, starting];
  const waiting = wait(() => envoys);
  await waiting.clock.advance(3_000);
  expect(waiting.isOver()).toBe(false);
  envoys[1] = running;
  await waiting.clock.advance(50);
  expect(waiting.isOver()).toBe(true);
});

it('does not wait for a second look where an Envoy runs a whole world already', async () => {
  const waiting = wait(() => [running]);
  await settle();
  expect(waiting.isOver()).toBe(true);
});

it('waits 2 s for Envoys to come', async () => {
  const waiting = wait(() => []);
  await waiting.clock.advance(1_950);
  expect(waiting.isOver()).toBe(false);
  await waiting.clock.advance(50);
  expect(waiting.isOver()).toBe(true);
});

it('waits 15 s for those that came', async () => {
  const waiting = wait(() => [starting]);
  await waiting.clock.advance(14_950);
  expect(waiting.isOver()).toBe(false);
  await waiting.clock.advance(50);
  expect(waiting.isOver()).toBe(true);
});

it('ends at once where the controller ends', async () => {
  const waiting = wait(() => [starting]);
  waiting.end.abort();
  await waiting.over;
  expect(waiting.clock.now()).toBe(1_000);
});
