/** Why something that was asked for will not be done, and what to do about it. */
export interface Problem {
  /** One plain sentence without a period. */
  readonly problem: string;
  /** Lines that say what to type. */
  readonly hints: readonly string[];
}

export function problemOf(problem: string, hints: readonly string[] = []): Problem {
  return { problem, hints };
}

export function isProblem<T extends object>(value: T | Problem): value is Problem {
  return 'problem' in value;
}
