import { wasRead } from './graph/absence.ts';
import { diagnose, diagnoseProblem } from './graph/diagnose.ts';
import type { HostName, InclusionList, ObjectStatus, Visit } from './graph/graph.ts';
import { isOurClass } from './graph/ingress-class.ts';
import type { CompileSettings } from './graph/settings.ts';
import type { Diagnostic } from './objects/diagnostic.ts';
import { fitted } from './objects/fitted.ts';
import { claimMessage } from './objects/host-claim.ts';
import { type HTTPProxy, type KubernetesObject, refOf } from './objects/kubernetes-object.ts';
import type { Kind } from './objects/ref.ts';
import { unreadKind } from './unverified.ts';

/** What can be told from the input at all, beside its objects. */
export interface Input {
  /** False where the roots may live where we do not look. */
  readonly rootsKnown: boolean;
  /** Kinds of which nothing was read, in an order of ours. */
  readonly unread: readonly Kind[];
}

/** How an object fared on each host that looked at it, in an order that does not depend on which came first. */
export type VisitsByHost = readonly (readonly [HostName, Visit])[];

/** Null where there is nothing to say of an object. */
export function statusOf(
  object: KubernetesObject,
  visits: VisitsByHost,
  settings: CompileSettings,
  input: Input,
): ObjectStatus | null {
  const ref = refOf(object);
  const served = object.kind === 'HTTPProxy' || object.kind === 'Ingress';
  if (served && !isOurClass(object, settings)) return null;
  if (!served && object.problems.length === 0) return null;
  const formal = object.problems.map((problem) => diagnoseProblem(ref, problem));
  const diagnostics = withoutTwins([...formal, ...visits.flatMap(([, visit]) => visit.diagnostics)]);
  return {
    ref,
    generation: object.metadata.generation,
    hosts: fitted(visits.map(([host]) => host).filter((host) => host !== '')),
    included: inclusionsOf(visits),
    claim: object.kind === 'HTTPProxy' ? claimOf(object) : null,
    ...verdictOn(object, visits.length > 0, diagnostics, settings, input),
  };
}

function claimOf(proxy: HTTPProxy): ObjectStatus['claim'] {
  const host = (proxy.spec.virtualhost?.fqdn ?? '').toLowerCase();
  return host === '' ? null : { host: host as HostName, record: claimMessage(proxy) };
}

type Verdict = Pick<ObjectStatus, 'currentStatus' | 'description' | 'diagnostics'>;

function verdictOn(
  object: KubernetesObject,
  isVisited: boolean,
  diagnostics: readonly Diagnostic[],
  settings: CompileSettings,
  input: Input,
): Verdict {
  const adrift = object.kind === 'HTTPProxy' && isNoRoot(object) && !isVisited;
  if (adrift && input.rootsKnown) {
    const message = 'no root includes this proxy, so it serves nothing; add it to the includes of a root';
    const lone = diagnose({ ref: refOf(object), pointer: '' }, 'Orphaned/Orphaned', message);
    return { ...orphaned, diagnostics: [...diagnostics, lone] };
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) return { ...invalid, diagnostics };
  if (adrift) return { ...unverified('root to include this HTTPProxy'), diagnostics };
  if (diagnostics.some(({ reason }) => reason === 'IncludeNotRead'))
    return { ...unverified('HTTPProxy that this one includes'), diagnostics };
  const isUnread = (kind: Kind, namespace: string): boolean =>
    input.unread.includes(kind) || !wasRead(settings, kind, namespace);
  const unread = unreadKind(object, isUnread);
  if (unread !== null) return { ...unverified(unread), diagnostics };
  return { currentStatus: 'valid', description: `Valid ${object.kind}`, diagnostics };
}

/** As many as a person reads. */
const mostInclusions = 100;

function inclusionsOf(visits: VisitsByHost): InclusionList {
  const first: InclusionList['first'][number][] = [];
  let total = 0;
  for (const [host, { scopes }] of visits) {
    total += scopes.length;
    for (const match of scopes.slice(0, mostInclusions - first.length)) first.push({ host, match });
  }
  return { first, total };
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
