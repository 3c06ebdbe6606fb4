import type { ObjectStatus } from '../../routing/graph/graph.ts';
import type { Finding } from './condition.ts';

const programming = new Set(['Pending', 'Refused']);

/**
 * There only while something is not as the object asks, which is how tools that wait for a rollout are told to wait.
 * An orphan does not have it: it is for somebody else to include it, and a rollout must not wait for them.
 * https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */
export function reconcilingCondition(status: ObjectStatus, programmed: Finding): Finding | null {
  const about = { type: 'Reconciling', status: 'True', observedGeneration: status.generation } as const;
  if (status.currentStatus === 'invalid') return { ...about, reason: 'Invalid', message: status.description };
  if (status.currentStatus !== 'valid' || !programming.has(programmed.reason)) return null;
  return { ...about, reason: programmed.reason, message: programmed.message };
}
