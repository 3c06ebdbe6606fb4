import type { HostMove } from './compile.ts';
import type { HostName, ObjectStatus, Visit } from './graph/graph.ts';
import type { CompileSettings } from './graph/settings.ts';
import { type ObjectRef, type RefKey, refKey } from './objects/ref.ts';
import { type Input, statusOf, type VisitsByHost } from './object-verdict.ts';
import { equal } from './store/equal.ts';
import { objectOfRead, type ReadKey } from './store/read-key.ts';
import type { Store } from './store/store.ts';

/** What the whole world says of each object, gathered from every host that visited it. */
export interface ObjectStatuses {
  readonly values: ReadonlyMap<RefKey, ObjectStatus>;
  /** Takes the objects that were touched and the hosts that moved; answers whose status moved. */
  update(touched: ReadonlySet<ReadKey>, moves: readonly HostMove[]): ReadonlySet<RefKey>;
}

export function createObjectStatuses(store: Store, settings: CompileSettings): ObjectStatuses {
  const values = new Map<RefKey, ObjectStatus>();
  const visits = new Map<RefKey, Map<HostName, Visit>>();
  let roots = 0;
  let input = inputOf(store, settings, roots);

  function leave({ before }: HostMove, dirty: Map<RefKey, ObjectRef>): void {
    for (const { ref, role } of before?.visits ?? []) {
      const key = refKey(ref);
      dirty.set(key, ref);
      visits.get(key)?.delete(before?.host as HostName);
      if (role === 'root') roots -= 1;
    }
  }

  function enter({ after }: HostMove, dirty: Map<RefKey, ObjectRef>): void {
    for (const visit of after?.visits ?? []) {
      const key = refKey(visit.ref);
      dirty.set(key, visit.ref);
      visits.set(key, (visits.get(key) ?? new Map<HostName, Visit>()).set(after?.host as HostName, visit));
      if (visit.role === 'root') roots += 1;
    }
  }

  function refresh(ref: ObjectRef): boolean {
    const key = refKey(ref);
    const seen = visits.get(key);
    if (seen?.size === 0) visits.delete(key);
    const object = store.get(ref.kind, ref.namespace, ref.name);
    const after = object === null ? null : statusOf(object, byHost(seen), settings, input);
    if (equal(values.get(key) ?? null, after)) return false;
    if (after === null) values.delete(key);
    else values.set(key, after);
    return true;
  }

  return {
    values,
    update(touched, moves) {
      const dirty = new Map<RefKey, ObjectRef>();
      for (const move of moves) leave(move, dirty);
      for (const move of moves) enter(move, dirty);
      for (const read of touched) {
        const ref = objectOfRead(read);
        if (ref !== null) dirty.set(refKey(ref), ref);
      }
      const before = input;
      input = inputOf(store, settings, roots);
      if (!equal(before, input)) for (const [key, { ref }] of values) dirty.set(key, ref);
      return new Set([...dirty].filter(([, ref]) => refresh(ref)).map(([key]) => key));
    },
  };
}

function inputOf(store: Store, settings: CompileSettings, roots: number): Input {
  const unread = (['Service', 'Secret', 'TLSCertificateDelegation'] as const).filter(
    (kind) => !settings.closed && !store.has(kind),
  );
  const rootsKnown = !settings.readIn.has('HTTPProxy') && (settings.closed || roots > 0);
  return { rootsKnown, unread };
}

function byHost(visits: ReadonlyMap<HostName, Visit> | undefined): VisitsByHost {
  return [...(visits ?? [])].sort(([left], [right]) => (left < right ? -1 : 1));
}
