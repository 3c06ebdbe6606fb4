import type { Diagnostic, Problem } from '../objects/diagnostic.ts';
import type { Faults } from '../objects/faults.ts';
import type { ObjectRef, Source } from '../objects/ref.ts';
import { type ReasonKey, reasons } from './reasons.ts';

/** A diagnostic about a place in an object, with the severity that its reason has. */
export function diagnose(source: Source, key: ReasonKey, message: string): Diagnostic {
  const cut = key.indexOf('/');
  return {
    subject: source.ref,
    pointer: source.pointer,
    type: key.slice(0, cut),
    reason: key.slice(cut + 1),
    message,
    severity: reasons[key].severity,
  };
}

/** A fault of form, as a diagnostic of the object it was found in. */
export function diagnoseProblem(subject: ObjectRef, problem: Problem): Diagnostic {
  return {
    subject,
    pointer: problem.pointer,
    type: 'SpecError',
    reason: problem.reason === 'UnknownField' ? 'UnknownField' : 'InvalidField',
    message: problem.message,
    severity: problem.severity,
  };
}

/**
 * What makes the conditions of a route or include unreadable: a fault of the whole of it or in them, or,
 * where there are none, a stray field beside which they may be meant. A match that is not known is never
 * widened.
 */
export function conditionsFault(
  faults: Faults,
  pointer: string,
  value: { readonly conditions?: unknown },
): Problem | null {
  const stray = value.conditions === undefined ? faults.strayIn(pointer) : null;
  return faults.at(pointer) ?? faults.under(`${pointer}/conditions`) ?? stray;
}
