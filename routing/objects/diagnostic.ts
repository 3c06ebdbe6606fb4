import type { ObjectRef } from './ref.ts';

export type Severity = 'error' | 'warning';

/**
 * Something the user should know about one of their objects. `type` and `reason` are Contour's words
 * wherever Contour has them (`IncludeError`, `IncludeNotFound`); the table of all of them is
 * `routing/graph/reasons.ts`.
 */
export interface Diagnostic {
  readonly subject: ObjectRef;
  /** JSON pointer into the subject. */
  readonly pointer: string;
  readonly type: string;
  readonly reason: string;
  /** A plain sentence that ends with what to do where that is not obvious. */
  readonly message: string;
  readonly severity: Severity;
}

/** A fault of form found while decoding: the value at `pointer` was dropped, or will not be read. */
export interface Problem {
  /** JSON pointer into the object. */
  readonly pointer: string;
  readonly reason: 'UnknownField' | 'WrongType' | 'InvalidValue' | 'MissingField';
  readonly message: string;
  readonly severity: Severity;
}
