import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../../controller/fault.ts';
import { handle, type HandlerPorts } from './handle.ts';
import type { Container, Probe } from './pod.ts';

/** What a probe has found, once it found as much as often as it must. */
export type Finding = { readonly holds: true } | { readonly holds: false; readonly reason: string };

interface Probing {
  readonly probe: Probe;
  readonly container: Container;
  readonly ports: HandlerPorts;
  /** Told of each change, and of each further failure. */
  readonly tell: (finding: Finding) => void;
  readonly signal: AbortSignal;
}

/** Nobody waits ten seconds for the first good answer of a Pod of a test. */
const eagerMs = 100;

async function ask({ probe, container, ports, signal }: Probing): Promise<Finding> {
  const late = AbortSignal.any([signal, AbortSignal.timeout(probe.timeoutSeconds * 1000)]);
  try {
    await handle(probe, container, ports, late);
    return { holds: true };
  } catch (error) {
    return { holds: false, reason: messageOf(error) };
  }
}

/**
 * Asks again and again until `signal`. `isEager`: until the first success it asks more often than the spec says, and
 * counts failures by the time that has passed.
 */
export async function keepProbing(probing: Probing, isEager: boolean): Promise<void> {
  const { probe, tell, signal } = probing;
  const periodMs = probe.periodSeconds * 1000;
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).then(undefined, () => {});
  await wait((probe.initialDelaySeconds ?? 0) * 1000);
  const began = performance.now();
  let [successes, failures, hasHeld] = [0, 0, false];
  while (!signal.aborted) {
    const finding = await ask(probing);
    if (signal.aborted) return;
    successes = finding.holds ? successes + 1 : 0;
    failures = finding.holds ? 0 : failures + 1;
    const isHurried = isEager && !hasHeld;
    const failed = isHurried ? Math.floor((performance.now() - began) / periodMs) : failures;
    if (finding.holds && successes >= probe.successThreshold) {
      hasHeld = true;
      tell(finding);
    } else if (!finding.holds && failed >= probe.failureThreshold) tell(finding);
    await wait(isHurried && !hasHeld ? eagerMs : periodMs);
  }
}
