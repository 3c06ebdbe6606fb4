import type { CompileSettings } from '../../routing/graph/settings.ts';
import { type Change, type KubernetesObject, refOf } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { createLoans } from './loans.ts';
import { type SecretKey, secretsNamedBy } from './secret-references.ts';
import type { SecretShelf } from './secret-shelf.ts';
import { createWanted } from './wanted.ts';

/** The objects that wait for their Secrets. What may go on is added to `out`, in order. */
export interface SecretQueue {
  pass(change: Change, out: Change[], at: number): void;
  /** Lets through what waits no longer. Answers when the oldest of it was seen; `at` where nothing older is. */
  release(refs: readonly RefKey[], out: Change[], at: number): number;
  waiting(): readonly RefKey[];
  /** Who names a Secret. */
  naming(key: SecretKey): readonly RefKey[];
}

interface Held {
  readonly object: KubernetesObject;
  readonly at: number;
}

export function createSecretQueue(shelf: SecretShelf, settings: CompileSettings): SecretQueue {
  const wanted = createWanted();
  const loans = createLoans(settings);
  const held = new Map<RefKey, Held>();
  /** Of what was let through, what has to do with Secrets. */
  const delivered = new Map<RefKey, KubernetesObject>();

  const concerns = (object: KubernetesObject): boolean =>
    object.kind === 'TLSCertificateDelegation' || secretsNamedBy(object, settings).length > 0;
  const versionsOf = (ref: RefKey): readonly KubernetesObject[] =>
    [delivered.get(ref), held.get(ref)?.object].filter((object) => object !== undefined);

  /** Brings what is fetched in line with what an object, and those that its loans concern, give reason to have. */
  function tally(ref: RefKey, before: readonly KubernetesObject[], out: Change[]): readonly RefKey[] {
    const after = versionsOf(ref);
    loans.set(ref, after);
    const related = new Set([...before, ...after].flatMap((object) => loans.related(object)));
    for (const each of [ref, ...related]) {
      const { added, forsaken } = wanted.set(each, versionsOf(each).flatMap(loans.keysOf));
      for (const key of added) shelf.want(key);
      out.push(...forsaken.map((key) => shelf.forsake(key)).filter((change) => change !== null));
    }
    return [...related];
  }

  function release(refs: readonly RefKey[], out: Change[], at: number): number {
    let oldest = at;
    for (const ref of refs) {
      const waiting = held.get(ref);
      if (waiting === undefined || !loans.keysOf(waiting.object).every(shelf.isResolved)) continue;
      const before = versionsOf(ref);
      held.delete(ref);
      if (concerns(waiting.object)) delivered.set(ref, waiting.object);
      else delivered.delete(ref);
      out.push({ type: 'upsert', object: waiting.object });
      tally(ref, before, out);
      oldest = Math.min(oldest, waiting.at);
    }
    return oldest;
  }

  return {
    release,
    waiting: () => [...held.keys()],
    naming: wanted.by,
    pass(change, out, at) {
      const ref = refKey(change.type === 'upsert' ? refOf(change.object) : change.ref);
      const before = versionsOf(ref);
      if (change.type === 'upsert' && before.length === 0 && !concerns(change.object)) {
        out.push(change);
      } else if (change.type === 'upsert') {
        held.set(ref, { object: change.object, at });
        const related = tally(ref, before, out);
        release([ref, ...related], out, at);
      } else {
        held.delete(ref);
        delivered.delete(ref);
        out.push(change);
        release(tally(ref, before, out), out, at);
      }
    },
  };
}
