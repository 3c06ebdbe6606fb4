import type { Kind } from '../../routing/objects/ref.ts';

/** Contour's counters of status writes, of one kind. */
export interface WriteCounts {
  /** Requests sent. */
  readonly total: number;
  readonly success: number;
  readonly failed: number;
  readonly conflict: number;
  /** Looked at, and right as it was. */
  readonly noop: number;
}

const zero: WriteCounts = { total: 0, success: 0, failed: 0, conflict: 0, noop: 0 };

export type Counts = ReturnType<typeof createCounts>;

export function createCounts() {
  const counts = new Map<Kind, WriteCounts>();
  return {
    all: counts as ReadonlyMap<Kind, WriteCounts>,
    add(kind: Kind, ...names: readonly (keyof WriteCounts)[]): void {
      const before = counts.get(kind) ?? zero;
      counts.set(kind, { ...before, ...Object.fromEntries(names.map((name) => [name, before[name] + 1])) });
    },
  };
}
