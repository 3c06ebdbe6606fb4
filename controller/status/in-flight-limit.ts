/** How many writes may be under way, by how long they take. */
export interface InFlightLimit {
  readonly allowed: number;
  /** A write was answered after so many ms. */
  answered(tookMs: number): void;
}

/** With one alone, most of the time nothing would be done: each waits for the wire and for etcd's disk. */
const least = 2;
/** A write that takes so many times as long as the quickest of late has waited behind others. */
const crowded = 3;
/** Below this, in ms, a difference says nothing. */
const shortestMs = 2;
/** After so many writes it is found out anew how quick one is that does not wait: the server may have become slower. */
const believed = 500;

/**
 * Finds the number at which the API server is busy and has no queue, as TCP Vegas does for a wire
 * (https://www.rfc-editor.org/rfc/rfc6817 is the same idea). What waits there for a processor stands before the event
 * that tells us of an edit, so a longer queue makes no status sooner and every edit later.
 */
export function createInFlightLimit(most: number): InFlightLimit {
  const fewest = Math.min(least, most);
  let allowed = fewest;
  let quickestMs = Number.POSITIVE_INFINITY;
  let writes = 0;
  return {
    get allowed() {
      return Math.floor(allowed);
    },
    answered(tookMs) {
      writes += 1;
      if (writes % believed === 0) [allowed, quickestMs] = [fewest, Number.POSITIVE_INFINITY];
      quickestMs = Math.max(shortestMs, Math.min(quickestMs, tookMs));
      const isCrowded = tookMs > crowded * quickestMs;
      allowed = isCrowded ? Math.max(fewest, allowed * 0.9) : Math.min(most, allowed + 1 / allowed);
    },
  };
}
