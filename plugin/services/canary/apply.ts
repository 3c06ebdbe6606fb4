import { setTimeout as pause } from 'node:timers/promises';
import { valueAt, type JsonObject } from '../../../files/edit/json-patch.ts';
import { CommandFailure } from '../../failure.ts';
import { lastWriter } from '../change/owner.ts';
import type { CanaryPlan } from './plan.ts';
import type { ProxyStore } from './store.ts';
import type { DryRun } from '../change/written.ts';
import { nameOf } from '../change/object-name.ts';

/** How often a change is tried again after somebody else was faster. */
const RETRIES = 3;

export interface Applied<Plan extends CanaryPlan> {
  readonly plan: Plan;
  /** As it is now, or would be. */
  readonly proxy: JsonObject;
}

export interface Steps<Plan extends CanaryPlan> {
  /** Of the object as it was read. Rejects with CommandFailure. */
  plan(proxy: JsonObject): Promise<Plan>;
  /** Once, before the first write. Rejects with CommandFailure where it must not happen. */
  check(proxy: JsonObject, plan: Plan): Promise<void>;
}

/** Plans, checks and writes; where somebody else was faster, reads and plans again. Rejects with CommandFailure. */
export async function applyChange<Plan extends CanaryPlan>(
  store: ProxyStore,
  first: JsonObject,
  steps: Steps<Plan>,
  dryRun: DryRun,
): Promise<Applied<Plan>> {
  let proxy = first;
  for (let attempt = 0; ; attempt += 1) {
    const plan = await steps.plan(proxy);
    if (plan.operations.length === 0) return { plan, proxy };
    if (attempt === 0) await steps.check(proxy, plan);
    const written = await store.write(proxy, plan.operations, dryRun);
    if (written.type === 'written') return { plan, proxy: written.object };
    const now = await store.again(proxy);
    if (versionOf(now) === versionOf(proxy)) throw refused(proxy, written.message);
    if (attempt === RETRIES) throw contested(now);
    proxy = now;
    await pause(20 * (attempt + 1) * (1 + Math.random()));
  }
}

function versionOf(proxy: JsonObject): unknown {
  return valueAt(proxy, '/metadata/resourceVersion');
}

function refused(proxy: JsonObject, message: string): CommandFailure {
  return new CommandFailure(`the API server refuses the change of ${nameOf(proxy)}: ${message}`, [
    'Nothing was changed.',
  ]);
}

function contested(proxy: JsonObject): CommandFailure {
  const writer = lastWriter(proxy, 'routes');
  const who = writer === null ? 'someone else' : `"${writer}"`;
  return new CommandFailure(`${who} is changing ${nameOf(proxy)} at the same time, ${RETRIES + 1} times now`, [
    'Nothing was changed. Look, and try again: kubectl contour canary status',
  ]);
}
