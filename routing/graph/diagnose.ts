import type { Diagnostic, Problem } from '../objects/diagnostic.ts';
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

/** The first error of form at or below a pointer: whatever is built from there cannot be trusted. */
export function faultUnder(problems: readonly Problem[], pointer: string): Problem | null {
  return problems.find((problem) => problem.severity === 'error' && isUnder(problem.pointer, pointer)) ?? null;
}

function isUnder(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}
