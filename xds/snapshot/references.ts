import type { Holding } from './holding.ts';

/** What everything that an Envoy may be running refers to, of one type. */
export interface References {
  readonly counts: Map<string, number>;
  /** Holdings that refer to nobody knows what: while there are any, everything counts as referred to. */
  unknown: number;
}

export const createReferences = (): References => ({ counts: new Map(), unknown: 0 });

export const isNamed = (references: References, name: string): boolean =>
  references.unknown > 0 || references.counts.has(name);

const add = (counts: Map<string, number>, name: string, by: 1 | -1): boolean => {
  const count = (counts.get(name) ?? 0) + by;
  if (count > 0) counts.set(name, count);
  else counts.delete(name);
  return count <= 0;
};

const targets = (holding: Holding, kind: 'needs' | 'warms'): readonly string[] =>
  holding.possible.flatMap(({ resource }) => resource?.[kind] ?? []);

/**
 * Replaces what one holding refers to.
 * Returns the names that nothing refers to any more, or `'all'` when the last unknown holding became known.
 */
export const moveReferences = (
  references: References,
  kind: 'needs' | 'warms',
  before: Holding,
  after: Holding,
): readonly string[] | 'all' => {
  // Added first: a name that both refer to must not look free for a moment.
  for (const name of targets(after, kind)) add(references.counts, name, 1);
  const freed = targets(before, kind).filter((name) => add(references.counts, name, -1));
  const wasUnknown = references.unknown > 0;
  references.unknown += Number(after.unknown) - Number(before.unknown);
  return wasUnknown && references.unknown === 0 ? 'all' : freed;
};
