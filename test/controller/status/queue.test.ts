import { describe, expect, test } from 'vitest';
import { createStatusQueue, type StatusQueue } from '../../../controller/status/queue.ts';
import type { RefKey } from '../../../routing/objects/ref.ts';

const key = (name: string) => `HTTPProxy/shop/${name}` as RefKey;
const edited = key('edited');

/** With so many that a start has to say something of. */
function started(count: number): StatusQueue {
  const queue = createStatusQueue();
  for (let index = 0; index < count; index += 1) queue.offer(key(`${index}`), 0, 'all');
  return queue;
}

/** How many are taken before it, and with it. */
function placeOf(queue: StatusQueue, wanted: RefKey, now: number): number {
  for (let place = 1; ; place += 1) {
    const taken = queue.take(now);
    if (taken === wanted) return place;
    if (taken === null) throw new Error(`${wanted} never has its turn`);
    queue.done(taken, now);
  }
}

describe('what somebody moves goes before what a start has to say', () => {
  test('among those that wait already', () => {
    const queue = started(100);
    queue.offer(key('99'), 0, 'moved');
    expect(placeOf(queue, key('99'), 0)).toBe(1);
  });

  test('when it is tried again, and when it was moved while it was tried', () => {
    const queue = started(100);
    queue.offer(edited, 0, 'moved');
    expect(queue.take(0)).toBe(edited);
    queue.retry(edited, 250, false);
    expect(placeOf(queue, edited, 250)).toBeLessThanOrEqual(2);
    queue.done(edited, 250);
    queue.offer(key('late'), 250, 'all');
    expect(placeOf(queue, key('late'), 250)).toBeGreaterThan(10);
    queue.offer(key('late'), 251, 'moved');
    queue.offer(key('first'), 251, 'all');
    queue.retry(key('late'), 260, true);
    expect(queue.take(255)).toBe(key('first'));
    expect(queue.take(260)).toBe(key('late'));
  });

  test('when it is moved while it waits to be tried again', () => {
    const queue = started(0);
    queue.offer(edited, 0, 'all');
    expect(queue.take(0)).toBe(edited);
    queue.retry(edited, 100, false);
    queue.offer(edited, 1, 'moved');
    for (let index = 0; index < 50; index += 1) queue.offer(key(`${index}`), 2, 'all');
    expect(queue.take(99)).toBe(key('0'));
    expect(placeOf(queue, edited, 100)).toBeLessThanOrEqual(2);
  });
});

test('edits without end keep nothing else waiting for ever', () => {
  const queue = started(1);
  for (let edit = 0; edit < 100; edit += 1) queue.offer(key(`edited-${edit}`), 0, 'moved');
  expect(placeOf(queue, key('0'), 0)).toBeLessThanOrEqual(8);
});

test('it is never slept past something that is due', () => {
  const queue = started(1);
  queue.offer(edited, 50, 'moved');
  expect(queue.nextDue()).toBe(0);
  expect(queue.take(10)).toBe(key('0'));
  expect(queue.nextDue()).toBe(50);
  expect(queue.take(10)).toBeNull();
  queue.retry(key('0'), 20, false);
  expect(queue.nextDue()).toBe(20);
});
