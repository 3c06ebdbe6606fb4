import { type AuditedCalls, auditedCalls, grantedRights, type Rights } from '../deploy/audit.ts';
import { objectsIn, textOf } from '../deploy/manifests.ts';
import { auditLogIn } from '../rig/place.ts';
import type { Rig } from '../rig/rig.ts';
import { inside } from '../rig/run.ts';

/** What our accounts have asked of the API server of a rig. */
export async function auditedIn(rig: Rig, granted: Rights): Promise<AuditedCalls> {
  const log = await inside(rig, ['cat', auditLogIn(rig.place.folder)]);
  return auditedCalls(log.split('\n'), granted);
}

/** Calls of our accounts that `deploy/base` gives them no right to. */
export async function callsWithoutRight(rig: Rig): Promise<ReadonlySet<string>> {
  return (await auditedIn(rig, grantedRights(objectsIn(textOf('deploy/contour.yaml'))))).others;
}
