import type { Clock } from '../../kubernetes/clock.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';

const lookEveryMs = 50;
/** So long an Envoy may take to come; one that knew us before is back in less. */
const arrivalMs = 2_000;
/** So long those that came may take for a whole world. */
const longestMs = 15_000;

/**
 * Resolves once an Envoy runs a whole world, and without any when none came for a while, or `signal` is aborted. What is
 * done before takes the processor from what every request waits for.
 */
export async function firstSync(
  envoys: () => readonly Pick<EnvoyReport, 'complete'>[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const from = clock.now();
  for (;;) {
    const connected = envoys();
    const patienceMs = connected.length === 0 ? arrivalMs : longestMs;
    if (signal.aborted || connected.some(({ complete }) => complete) || clock.now() - from >= patienceMs) return;
    await clock.sleep(lookEveryMs, signal);
  }
}
