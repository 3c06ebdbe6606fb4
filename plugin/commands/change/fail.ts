import { CommandFailure } from '../../failure.ts';
import { isProblem, type Problem } from '../../services/change/problem.ts';

/** What is no problem; a problem ends the command. */
export function orFail<T extends object>(value: T | Problem): T {
  if (isProblem(value)) throw new CommandFailure(value.problem, value.hints);
  return value;
}
