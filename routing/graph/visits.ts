import type { Diagnostic } from '../objects/diagnostic.ts';
import { type ObjectRef, type RefKey, refKey } from '../objects/ref.ts';
import type { RouteMatch, Visit } from './graph.ts';
import { matchKey } from './scope.ts';

/** Gathers which objects a host looked at and what it found in them. */
export interface Visits {
  visit(ref: ObjectRef, role: 'root' | 'ingress'): void;
  /** An include led to an object; `scope` is all that its requests were narrowed to. */
  include(ref: ObjectRef, scope: RouteMatch): void;
  /** Files diagnostics under their subjects, which must have been visited. */
  report(diagnostics: readonly Diagnostic[]): void;
  /** In order of first visit. */
  list(): readonly Visit[];
}

interface Seen {
  readonly ref: ObjectRef;
  readonly role: Visit['role'];
  /** By their keys: the same conditions may lead here twice. */
  readonly scopes: Map<string, RouteMatch>;
}

export function createVisits(): Visits {
  const seen = new Map<RefKey, Seen>();
  const found = new Map<RefKey, Diagnostic[]>();
  const see = (ref: ObjectRef, role: Visit['role']): Seen => {
    const key = refKey(ref);
    const known = seen.get(key) ?? { ref, role, scopes: new Map<string, RouteMatch>() };
    seen.set(key, known);
    return known;
  };
  return {
    visit: (ref, role) => void see(ref, role),
    include: (ref, scope) => void see(ref, 'included').scopes.set(matchKey(scope), scope),
    report(diagnostics) {
      for (const diagnostic of diagnostics) {
        const key = refKey(diagnostic.subject);
        const known = found.get(key);
        if (known === undefined) found.set(key, [diagnostic]);
        else known.push(diagnostic);
      }
    },
    list: () =>
      [...seen].map(([key, { ref, role, scopes }]) => {
        return { ref, role, scopes: [...scopes.values()], diagnostics: found.get(key) ?? [] };
      }),
  };
}
