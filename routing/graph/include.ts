import type { Diagnostic } from '../objects/diagnostic.ts';
import type { Faults } from '../objects/faults.ts';
import type { HTTPProxy } from '../objects/kubernetes-object.ts';
import { displayName, type ObjectRef, type RefKey, refKey, type Source } from '../objects/ref.ts';
import type { Reader } from '../store/reader.ts';
import { wasRead } from './absence.ts';
import { type ConditionFault, type Conditions, readConditions } from './conditions.ts';
import { conditionsFault, diagnose, diagnoseProblem } from './diagnose.ts';
import type { RouteMatch } from './graph.ts';
import { isOurClass } from './ingress-class.ts';
import type { ReasonKey } from './reasons.ts';
import { matchKey, narrow, type Scope, scopeMatch, wholeHost } from './scope.ts';
import { bounds, type CompileSettings } from './settings.ts';

export type ResolvedInclude =
  | {
      readonly type: 'child';
      readonly proxy: HTTPProxy;
      readonly scope: Scope;
      readonly diagnostics: readonly Diagnostic[];
    }
  /** Nobody is there to answer: requests in the include's scope get 502. */
  | {
      readonly type: 'missing';
      readonly match: RouteMatch;
      readonly reason: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly type: 'skipped'; readonly diagnostics: readonly Diagnostic[] };

interface Includer {
  readonly proxy: HTTPProxy;
  /** In the proxy. */
  readonly faults: Faults;
  readonly scope: Scope;
  readonly chain: ReadonlySet<RefKey>;
}

/** Follows one include. `seen` holds the scopes of the includes before it in the same proxy, and is added to. */
export function resolveInclude(
  reader: Reader,
  settings: CompileSettings,
  includer: Includer,
  source: Source,
  index: number,
  seen: Set<string>,
): ResolvedInclude {
  const include = includer.proxy.spec.includes?.[index];
  const read = conditionsOf(settings, includer, source, index);
  if ('severity' in read) return skip(read);
  const { scope, own } = read;
  const child: ObjectRef = {
    kind: 'HTTPProxy',
    namespace: include?.namespace || source.ref.namespace,
    name: include?.name ?? '',
  };
  if (isTwin(own, seen)) {
    const message = 'an earlier include of this proxy has the same conditions; this one is skipped';
    return skip(diagnose(source, 'IncludeError/DuplicateMatchConditions', message));
  }
  const fault = includer.faults.under(source.pointer);
  if (fault !== null) return missing(read, diagnoseProblem(source.ref, fault));
  const proxy = reader.get('HTTPProxy', child.namespace, child.name);
  if (proxy === null && !wasRead(settings, 'HTTPProxy', child.namespace)) {
    const message = `include ${displayName(child)} is in a namespace that was not read`;
    return missing(read, diagnose(source, 'IncludeError/IncludeNotRead', message));
  }
  if (proxy === null || !isOurClass(proxy, settings)) {
    return missing(read, diagnose(source, 'IncludeError/IncludeNotFound', `include ${displayName(child)} not found`));
  }
  if (proxy.spec.virtualhost !== undefined) {
    const message = `${displayName(child)} has a virtualhost of its own, and a root cannot be included`;
    return missing(read, diagnose(source, 'IncludeError/RootIncludesRoot', message));
  }
  return wayBack(includer, child, source) ?? { type: 'child', proxy, scope, diagnostics: [] };
}

interface ReadConditions {
  readonly scope: Scope;
  /** The include's own conditions, and all that lead to it, as matches. */
  readonly own: RouteMatch;
  readonly merged: RouteMatch;
  /** Has it any condition of its own, be it the prefix `/`? */
  readonly isConditional: boolean;
}

function conditionsOf(
  settings: CompileSettings,
  includer: Includer,
  source: Source,
  index: number,
): ReadConditions | Diagnostic {
  const at = { ref: source.ref, pointer: `${source.pointer}/conditions` };
  const include = includer.proxy.spec.includes?.[index] ?? {};
  const broken = conditionsFault(includer.faults, source.pointer, include);
  if (broken !== null) return diagnoseProblem(source.ref, broken);
  const written = include.conditions ?? [];
  const conditions = readConditions(written, settings.regexMaxProgramSize);
  const scope = 'about' in conditions ? conditions : narrow(includer.scope, conditions);
  if ('about' in scope) return diagnose(at, includeReason[scope.about], `${scope.message}; the include is skipped`);
  const own = scopeMatch(narrow(wholeHost, conditions as Conditions) as Scope);
  return { scope, own, merged: scopeMatch(scope), isConditional: written.length > 0 };
}

const includeReason = {
  Path: 'IncludeError/PathMatchConditionsNotValid',
  Header: 'IncludeError/HeaderMatchConditionsNotValid',
  Query: 'IncludeError/QueryParameterMatchConditionsNotValid',
} as const satisfies Record<ConditionFault['about'], ReasonKey>;

/** Several includes of the whole host are how a root is split into files: they do not exclude each other. */
function isTwin(match: RouteMatch, seen: Set<string>): boolean {
  const key = matchKey(match);
  const known = seen.has(key);
  seen.add(key);
  return known && !isWholeHost(match);
}

function isWholeHost(match: RouteMatch): boolean {
  return match.path.value === '/' && match.headers.length === 0 && match.query.length === 0;
}

function wayBack(includer: Includer, child: ObjectRef, source: Source): ResolvedInclude | null {
  if (includer.chain.has(refKey(child))) {
    const message = `include ${displayName(child)} leads back to a proxy that is already on the way here; it is skipped`;
    return skip(diagnose(source, 'IncludeError/IncludeCreatesCycle', message));
  }
  if (includer.chain.size < bounds.depth) return null;
  return skip(
    diagnose(source, 'IncludeError/TooDeep', `includes are nested more than ${bounds.depth} deep; this one is cut`),
  );
}

function missing({ merged, isConditional }: ReadConditions, diagnostic: Diagnostic): ResolvedInclude {
  if (!isConditional) return skip(diagnostic);
  return { type: 'missing', match: merged, reason: diagnostic.reason, diagnostics: [diagnostic] };
}

function skip(diagnostic: Diagnostic): ResolvedInclude {
  return { type: 'skipped', diagnostics: [diagnostic] };
}
