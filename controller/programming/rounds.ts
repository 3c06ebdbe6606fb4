/** Goes round a set, some of it at a time, while others add to it and take from it. */
export interface Rounds<Item> {
  /** What was looked at already is to be looked at again, in a round after this one. */
  again(): void;
  /** The next of this round, or the first of a new one; some may be gone from the set. */
  next(): readonly Item[];
  readonly hasMore: boolean;
}

export function createRounds<Item>(all: ReadonlySet<Item>, atATime: number): Rounds<Item> {
  let left: Item[] = [];
  let isStale = false;
  return {
    again() {
      isStale = true;
    },
    next() {
      if (left.length === 0) {
        left = [...all];
        isStale = false;
      }
      return left.splice(0, atATime);
    },
    get hasMore() {
      return left.length > 0 || isStale;
    },
  };
}
