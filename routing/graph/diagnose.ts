import type { Diagnostic, Problem } from '../objects/diagnostic.ts';
import { isWithin } from '../objects/pointer.ts';
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
  return problems.find((problem) => problem.severity === 'error' && isWithin(problem.pointer, pointer)) ?? null;
}

/**
 * An unknown field directly in the value at a pointer that looks like one which restricts: where it was
 * meant to stand is not known, so all of the value is in doubt.
 */
export function strayUnder(problems: readonly Problem[], pointer: string): Problem | null {
  const isDirect = (problem: Problem): boolean =>
    problem.pointer.startsWith(`${pointer}/`) && !problem.pointer.includes('/', pointer.length + 1);
  const isStray = (problem: Problem): boolean => problem.reason === 'UnknownField' && problem.severity === 'error';
  return problems.find((problem) => isStray(problem) && isDirect(problem)) ?? null;
}

/**
 * What makes the conditions of a route or include unreadable: a fault of the whole of it or in them, or,
 * where there are none, a stray field beside which they may be meant. A match that is not known is never
 * widened.
 */
export function conditionsFault(
  problems: readonly Problem[],
  pointer: string,
  value: { readonly conditions?: unknown },
): Problem | null {
  const whole = problems.find((problem) => problem.severity === 'error' && problem.pointer === pointer);
  const stray = value.conditions === undefined ? strayUnder(problems, pointer) : null;
  return whole ?? faultUnder(problems, `${pointer}/conditions`) ?? stray;
}
