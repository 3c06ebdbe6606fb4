import type { Problem } from './diagnostic.ts';

/** Where the problems of an object are: it may have a hundred thousand of them, and as many places that are asked about. */
export interface Faults {
  /** The first error at a pointer. */
  at(pointer: string): Problem | null;
  /** The first error at or below a pointer: whatever is built from there cannot be trusted. */
  under(pointer: string): Problem | null;
  /**
   * An unknown field directly in the value at a pointer that looks like one which restricts: where it was meant to
   * stand is not known, so all of the value is in doubt.
   */
  strayIn(pointer: string): Problem | null;
}

export function faultsOf(problems: readonly Problem[]): Faults {
  const at = new Map<string, Problem>();
  const under = new Map<string, Problem>();
  const strays = new Map<string, Problem>();
  const add = (to: Map<string, Problem>, pointer: string, problem: Problem): void => {
    if (!to.has(pointer)) to.set(pointer, problem);
  };
  for (const problem of problems) {
    if (problem.severity !== 'error') continue;
    const { pointer, reason } = problem;
    add(at, pointer, problem);
    if (reason === 'UnknownField') add(strays, parentOf(pointer), problem);
    for (const place of [pointer, ...ancestorsOf(pointer)]) add(under, place, problem);
  }
  return {
    at: (pointer) => at.get(pointer) ?? null,
    under: (pointer) => under.get(pointer) ?? null,
    strayIn: (pointer) => strays.get(pointer) ?? null,
  };
}

function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}

function ancestorsOf(pointer: string): readonly string[] {
  return pointer === '' ? [] : [parentOf(pointer), ...ancestorsOf(parentOf(pointer))];
}
