import { type Change, refOf, type Secret } from '../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../routing/objects/ref.ts';

/** Whether a Secret could be served as a certificate; a plain reason where not. */
export type InspectSecret = (
  secret: Secret,
) => { readonly valid: true } | { readonly valid: false; readonly reason: string };

/**
 * Keeps a certificate that served when a broken one replaces it. This is history, so it stands here, at
 * the edge: the graph is told the old Secret with an error about the new one, and stays a function of
 * what it is told. A Secret that is deleted is gone: deletion means revocation.
 */
export function createLastGood(inspect: InspectSecret): (changes: readonly Change[]) => readonly Change[] {
  const good = new Map<RefKey, Secret>();

  function keep(secret: Secret): Secret {
    const key = refKey(refOf(secret));
    const inspected = inspect(secret);
    if (inspected.valid) {
      good.set(key, secret);
      return secret;
    }
    const last = good.get(key);
    if (last === undefined) return secret;
    const message = `the new certificate ${inspected.reason}; the last one that could be used is still served`;
    return { ...last, problems: [{ pointer: '/data', reason: 'InvalidValue', message, severity: 'error' }] };
  }

  return (changes) =>
    changes.map((change) => {
      if (change.type === 'upsert')
        return change.object.kind === 'Secret' ? { ...change, object: keep(change.object) } : change;
      good.delete(refKey(change.ref));
      return change;
    });
}
