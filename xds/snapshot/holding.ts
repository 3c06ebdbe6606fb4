import type { Resource } from './resource.ts';

/** What one stream's client has of one name, as far as its answers tell. */
export interface Holding {
  /** The version sent last and not refused since; null where that was a removal, or nothing. */
  sent: string | null;
  /** The version that the client said it runs. */
  accepted: string | null;
  /**
   * Everything the client may be running, oldest first: what it accepted, then what is under way or was part of
   * a refused batch, of which Envoy may have taken the good half. Null stands for "gone".
   */
  possible: readonly (Resource | null)[];
  /** The client runs a version from before this stream, and what that refers to is not known (yet). */
  unknown: boolean;
}

export const emptyHolding: Holding = { sent: null, accepted: null, possible: [], unknown: false };

/** Place of `item` among what is not accepted yet; -1 where it is not there. */
const openIndex = (holding: Holding, item: Resource | null): number => {
  const first = holding.possible[0];
  const start = first !== undefined && first !== null && first.version === holding.accepted ? 1 : 0;
  return holding.possible.findIndex((other, place) => place >= start && other?.version === item?.version);
};

/** `item` is on its way to the client, once more perhaps. */
export const withSent = (holding: Holding, item: Resource | null): Holding => {
  const last = holding.possible.at(-1);
  const isRepeated = last !== undefined && last?.version === item?.version;
  return {
    ...holding,
    sent: item?.version ?? null,
    possible: isRepeated ? holding.possible : [...holding.possible, item],
  };
};

/** The client runs `item` now: whatever came before it is over. */
export const withAccepted = (holding: Holding, item: Resource | null): Holding => {
  const index = openIndex(holding, item);
  if (index < 0) return holding;
  return {
    ...holding,
    accepted: item?.version ?? null,
    possible: holding.possible.slice(item === null ? index + 1 : index),
    unknown: false,
  };
};

/** The client refused `item`, alone: it goes on with what it had. */
export const withRefused = (holding: Holding, item: Resource | null): Holding => {
  const index = openIndex(holding, item);
  return {
    ...holding,
    sent: holding.sent === (item?.version ?? null) ? holding.accepted : holding.sent,
    possible: index < 0 ? holding.possible : holding.possible.toSpliced(index, 1),
  };
};

/** The client said of an earlier stream's version that it still runs it, and that version is `resource`. */
export const withRecognised = (holding: Holding, resource: Resource): Holding => ({
  ...holding,
  possible: [resource],
  unknown: false,
});

/** Accepted, and not being taken away: what refers to it may be sent. */
export const isUsable = (holding: Holding): boolean => holding.accepted !== null && !holding.possible.includes(null);

/** The resource that the client runs, where that is known. */
export const acceptedResource = (holding: Holding): Resource | null =>
  holding.accepted === null ? null : (holding.possible.find((item) => item?.version === holding.accepted) ?? null);

/** The client runs something of that name, or may do so soon. */
export const isHeld = (holding: Holding): boolean =>
  holding.possible.length === 0 ? holding.unknown : holding.possible.at(-1) !== null;
