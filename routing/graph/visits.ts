import type { Diagnostic } from '../objects/diagnostic.ts';
import { type ObjectRef, type RefKey, refKey } from '../objects/ref.ts';
import type { Visit } from './graph.ts';

/** Gathers which objects a host looked at and what it found in them. */
export interface Visits {
  visit(ref: ObjectRef, role: Visit['role']): void;
  /** Files diagnostics under their subjects, which must have been visited. */
  report(diagnostics: readonly Diagnostic[]): void;
  /** In order of first visit. */
  list(): readonly Visit[];
}

export function createVisits(): Visits {
  const roles = new Map<RefKey, { readonly ref: ObjectRef; readonly role: Visit['role'] }>();
  const found = new Map<RefKey, Diagnostic[]>();
  return {
    visit(ref, role) {
      const key = refKey(ref);
      if (!roles.has(key)) roles.set(key, { ref, role });
    },
    report(diagnostics) {
      for (const diagnostic of diagnostics) {
        const key = refKey(diagnostic.subject);
        const known = found.get(key);
        if (known === undefined) found.set(key, [diagnostic]);
        else known.push(diagnostic);
      }
    },
    list: () => [...roles].map(([key, { ref, role }]) => ({ ref, role, diagnostics: found.get(key) ?? [] })),
  };
}
