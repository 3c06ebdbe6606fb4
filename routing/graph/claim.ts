import { compareText } from './compare-text.ts';
import type { HTTPProxy, Ingress } from '../objects/kubernetes-object.ts';
import { parseTime } from './time.ts';

/** Sorts claims on a host: the first one holds it. Recorded holders, then the older, then by name. */
export function compareClaims(left: HTTPProxy | Ingress, right: HTTPProxy | Ingress): number {
  return compareRecords(left, right) || createdAt(left) - createdAt(right) || compareText(nameOf(left), nameOf(right));
}

/**
 * A host is recorded as somebody's only while no other holds it. So of two records the later is true: the object with
 * the earlier one had let go (it was of another class for a while, say), and must not come back and take the host.
 */
function compareRecords(left: HTTPProxy | Ingress, right: HTTPProxy | Ingress): number {
  const [leftAt, rightAt] = [claimedAt(left), claimedAt(right)];
  return leftAt === never || rightAt === never ? leftAt - rightAt : rightAt - leftAt;
}

/** Is an object of another kind older? Records are of roots among each other, and made later than the object. */
export function isOlder(left: HTTPProxy | Ingress, right: HTTPProxy | Ingress): boolean {
  return createdAt(left) < createdAt(right);
}

/** Difference of two infinities is no number: what has no time has the last one there is. */
const never = Number.MAX_SAFE_INTEGER;

function claimedAt(object: HTTPProxy | Ingress): number {
  return object.kind === 'HTTPProxy' && object.hostClaimedAt !== null
    ? (parseTime(object.hostClaimedAt) ?? never)
    : never;
}

function createdAt(object: HTTPProxy | Ingress): number {
  const { creationTimestamp } = object.metadata;
  return creationTimestamp === null ? never : (parseTime(creationTimestamp) ?? never);
}

function nameOf(object: HTTPProxy | Ingress): string {
  return `${object.metadata.namespace}/${object.metadata.name}/${object.kind}`;
}
