import { setTimeout as sleep } from 'node:timers/promises';
import { killContainer, startPart, stopPart } from '../../rig/part.ts';
import { eventually } from '../../support/eventually.ts';
import { takeoverMs } from '../lease-bounds.ts';
import type { FaultStand, Leadership } from './stand.ts';

/** Something bad; answers how long it took until somebody led, in ms, where that is a question. */
export type Fault = (stand: FaultStand) => Promise<number | null>;

export const apiServerAway =
  (ms: number): Fault =>
  async ({ rig }) => {
    await stopPart(rig, 'kube-apiserver');
    await sleep(ms);
    await startPart(rig, 'kube-apiserver');
    return null;
  };

const controllerIn = (pod: string) => ({ namespace: 'projectcontour', pod, container: 'contour' });

export const killLeader: Fault = async (stand) => {
  const before = await stand.leader();
  await killContainer(stand.rig, controllerIn(before.pod));
  return untilAnotherLeads(stand, before);
};

/** As a machine that is frozen, and goes on as if nothing had been. */
export const stopLeader =
  (ms: number): Fault =>
  async (stand) => {
    const before = await stand.leader();
    await killContainer(stand.rig, controllerIn(before.pod), 'STOP');
    const from = performance.now();
    try {
      return await untilAnotherLeads(stand, before);
    } finally {
      await sleep(Math.max(0, ms - (performance.now() - from)));
      await killContainer(stand.rig, controllerIn(before.pod), 'CONT');
    }
  };

/** In order, as a rollout does. */
export const deleteLeader: Fault = async (stand) => {
  const before = await stand.leader();
  const deleted = stand.kubectl('delete', 'pod', '-n', 'projectcontour', before.pod, '--timeout=20s');
  const ms = await untilAnotherLeads(stand, before);
  await deleted;
  return ms;
};

/**
 * One after the other, at moments that nobody expects, and every fifth time all of them at once, so that Envoy has nobody
 * but those that begin anew. Killed for good they are not: each time all have to be ready first.
 */
export const killControllers =
  (rounds: number, chance: () => number = Math.random): Fault =>
  async ({ rig, kubectl, controllers }) => {
    for (let round = 1; round <= rounds; round += 1) {
      await kubectl('rollout', 'status', '-n', 'projectcontour', 'deployment/contour', '--timeout=60s');
      await sleep(chance() * 1_500);
      const pods = await controllers();
      const doomed = round % 5 === 0 ? pods : [pods[round % pods.length] ?? ''];
      await Promise.all(doomed.map((pod) => killContainer(rig, controllerIn(pod))));
    }
    return null;
  };

async function untilAnotherLeads(stand: FaultStand, { identity }: Leadership): Promise<number> {
  const from = performance.now();
  await eventually(async () => {
    const now = await stand.leader();
    if (now.identity === '' || now.identity === identity) throw new Error('nobody else leads');
  }, takeoverMs);
  return performance.now() - from;
}
