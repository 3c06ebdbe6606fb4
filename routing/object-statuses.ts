import type { HostMove } from './compile.ts';
import { diagnose, diagnoseProblem } from './graph/diagnose.ts';
import type { HostName, ObjectStatus, Visit } from './graph/graph.ts';
import { isOurClass } from './graph/ingress-class.ts';
import type { CompileSettings } from './graph/settings.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import { type HTTPProxy, type KubernetesObject, refOf } from './objects/kubernetes-object.ts';
import { type Kind, type ObjectRef, type RefKey, refKey } from './objects/ref.ts';
import { equal } from './store/equal.ts';
import { objectOfRead, type ReadKey } from './store/read-key.ts';
import type { Store } from './store/store.ts';
import { unreadKind } from './unverified.ts';

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

/** What can be told from the input at all, beside its objects. */
interface Input {
  /** False where the roots may live where we do not look. */
  readonly rootsKnown: boolean;
  /** Kinds of which nothing was read, in an order of ours. */
  readonly unread: readonly Kind[];
}

function inputOf(store: Store, settings: CompileSettings, roots: number): Input {
  const unread = (['Service', 'Secret', 'TLSCertificateDelegation'] as const).filter(
    (kind) => !settings.closed && !store.has(kind),
  );
  return { rootsKnown: settings.closed || roots > 0, unread };
}

/** In an order that does not depend on which host came first. */
function byHost(visits: ReadonlyMap<HostName, Visit> | undefined): readonly Visit[] {
  return [...(visits ?? [])].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, visit]) => visit);
}

/** Null where there is nothing to say of an object. */
function statusOf(
  object: KubernetesObject,
  visits: readonly Visit[],
  settings: CompileSettings,
  input: Input,
): ObjectStatus | null {
  const ref = refOf(object);
  const served = object.kind === 'HTTPProxy' || object.kind === 'Ingress';
  if (served && !isOurClass(object, settings)) return null;
  if (!served && object.problems.length === 0) return null;
  const formal = object.problems.map((problem) => diagnoseProblem(ref, problem));
  const diagnostics = withoutTwins([...formal, ...visits.flatMap((visit) => visit.diagnostics)]);
  const adrift = object.kind === 'HTTPProxy' && isNoRoot(object) && visits.length === 0;
  if (adrift && input.rootsKnown) {
    const message = 'no root includes this proxy, so it serves nothing; add it to the includes of a root';
    return {
      ref,
      ...orphaned,
      diagnostics: [...diagnostics, diagnose({ ref, pointer: '' }, 'Orphaned/Orphaned', message)],
    };
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { ref, ...invalid, diagnostics };
  if (adrift) return { ref, ...unverified('root to include this HTTPProxy'), diagnostics };
  const unread = unreadKind(object, input.unread);
  if (unread !== null) return { ref, ...unverified(unread), diagnostics };
  return { ref, currentStatus: 'valid', description: `Valid ${object.kind}`, diagnostics };
}

/** One whose `virtualhost` cannot be read was meant to be a root: it is invalid, nobody forgot to include it. */
function isNoRoot({ spec, problems }: HTTPProxy): boolean {
  const unread = problems.some(({ pointer }) => pointer === '/spec' || pointer === '/spec/virtualhost');
  return spec.virtualhost === undefined && !unread;
}

/** Contour's words for `status.description`: scripts compare them. */
const orphaned = {
  currentStatus: 'orphaned',
  description: 'this HTTPProxy is not part of a delegation chain from a root HTTPProxy',
} as const;

const invalid = {
  currentStatus: 'invalid',
  description: 'At least one error present, see Errors for details',
} as const;

function unverified(what: string): Pick<ObjectStatus, 'currentStatus' | 'description'> {
  return { currentStatus: 'unverified', description: `the input holds no ${what}` };
}

/** A proxy that is included twice, or a fault of form that a host met again, is told once. */
function withoutTwins(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const key = JSON.stringify([diagnostic.pointer, diagnostic.type, diagnostic.reason, diagnostic.message]);
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return [...found.values()];
}
