import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries until it does not throw, at most for `milliseconds`; then throws what it threw last. What is waited for where none
 * are given takes a busy machine less.
 */
export async function eventually<Value>(attempt: () => Promise<Value> | Value, milliseconds = 20_000): Promise<Value> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(10);
    }
  }
}
