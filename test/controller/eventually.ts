import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the outside world shows what no event announces. Throws after `withinMs`. */
export async function eventually(check: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await check()) return;
    if (performance.now() > deadline) throw new Error(`not true within ${withinMs} ms: ${check.toString()}`);
    await delay(20);
  }
}
