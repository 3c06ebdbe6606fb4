import type { HostGraph, LostClaim } from '../../routing/graph/graph.ts';
import { displayName, type ObjectRef, refKey, sameRef } from '../../routing/objects/ref.ts';

/** What one object lost to another on one host. */
export interface Loss {
  /** The same for the same loss, whoever finds it. */
  readonly id: string;
  readonly ref: ObjectRef;
  readonly holder: ObjectRef;
  readonly reason: string;
  /** One plain sentence. */
  readonly note: string;
}

const pathsAtMost = 5;

/** What the objects that claim a host lost on it to others; what an object loses to itself its status says. */
export function lossesOf({ host, lost }: HostGraph): readonly Loss[] {
  const groups = new Map<string, LostClaim[]>();
  for (const claim of lost) {
    if (sameRef(claim.source.ref, claim.holder.ref)) continue;
    const key = JSON.stringify([refKey(claim.source.ref), refKey(claim.holder.ref), claim.reason]);
    groups.set(key, [...(groups.get(key) ?? []), claim]);
  }
  return [...groups].map(([key, claims]) => lossOf(host, key, claims));
}

function lossOf(host: string, key: string, claims: readonly LostClaim[]): Loss {
  const [{ source, holder, reason }] = claims as readonly [LostClaim];
  const paths = [...new Set(claims.flatMap(({ match }) => match?.path.value ?? []))].sort();
  const by = `${holder.ref.kind} ${displayName(holder.ref)}`;
  const more = paths.length > pathsAtMost ? ` and ${paths.length - pathsAtMost} more` : '';
  const what = paths.length === 0 ? host : `${paths.slice(0, pathsAtMost).join(', ')}${more} of ${host}`;
  return {
    id: JSON.stringify([host, key, paths]),
    ref: source.ref,
    holder: holder.ref,
    reason,
    note: `${what} is held by ${by}, which keeps serving it`,
  };
}
