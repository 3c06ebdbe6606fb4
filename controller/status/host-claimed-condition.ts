import type { Graph, ObjectStatus } from '../../routing/graph/graph.ts';
import { hostClaimed } from '../../routing/objects/host-claim.ts';
import { displayName, sameRef } from '../../routing/objects/ref.ts';
import type { Finding } from './condition.ts';

/**
 * Who holds the host that a root asks for; null where nobody does, or it asks for none. What is true here is read back:
 * a recorded holder keeps its host, whoever is edited onto it.
 */
export function hostClaimedCondition(graph: Graph, { ref, claim, generation }: ObjectStatus): Finding | null {
  const holder = claim === null ? null : (graph.hosts.get(claim.host)?.holder ?? null);
  if (claim === null || holder === null) return null;
  const about = { type: hostClaimed, observedGeneration: generation };
  if (sameRef(holder, ref)) return { ...about, status: 'True', reason: 'HostHeld', message: claim.record };
  const message = `${claim.host} is held by HTTPProxy ${displayName(holder)}`;
  return { ...about, status: 'False', reason: 'HeldByAnother', message };
}
