/** Some of a text, and what stands in its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Why an edit would break more than it changes. */
export interface Refusal {
  readonly offset: number;
  /** Goes on after "file:line". */
  readonly message: string;
}

export type Spliced = readonly Splice[] | Refusal;

export function isRefusal<T extends object>(value: T | Refusal): value is Refusal {
  return 'message' in value;
}

/** @param splices of the same text, none within another; what is put in where others are taken out stands before them */
export function withSplices(text: string, splices: readonly Splice[]): string {
  return splices
    .toSorted((left, right) => right.start - left.start || right.end - left.end)
    .reduce((whole, { start, end, text: next }) => whole.slice(0, start) + next + whole.slice(end), text);
}
