import type { Resource } from './resource.ts';

/** Something the client may be running; null stands for "gone". */
export interface Possible {
  readonly resource: Resource | null;
  /** Number of the response, on its stream, that first brought it. */
  readonly since: number;
}

/** What one stream's client has of one name, as far as its answers tell. */
export interface Holding {
  /** The version sent last and not refused since; null where that was a removal, or nothing. */
  readonly sent: string | null;
  /** The version that the client said it runs. */
  readonly accepted: string | null;
  /**
   * Oldest first: what the client accepted, then what is under way or was part of a refused batch, of which
   * Envoy may have taken the good half.
   */
  readonly possible: readonly Possible[];
  /** The client runs a version from before this stream, and what that refers to is not known (yet). */
  readonly unknown: boolean;
}

export const emptyHolding: Holding = { sent: null, accepted: null, possible: [], unknown: false };

/** `resource` (null: the end of it) is on its way to the client with response `number`, once more perhaps. */
export const withSent = (holding: Holding, resource: Resource | null, number: number): Holding => {
  const last = holding.possible.at(-1);
  const isRepeated = last !== undefined && last.resource?.version === resource?.version;
  return {
    ...holding,
    sent: resource?.version ?? null,
    possible: isRepeated ? holding.possible : [...holding.possible, { resource, since: number }],
  };
};

/** Place of what response `number` brought: a later one may have brought the same again after something else. */
const placeOf = (holding: Holding, resource: Resource | null, number: number): number =>
  holding.possible.findLastIndex((one) => one.since <= number && one.resource?.version === resource?.version);

/** The client runs what response `number` brought: whatever came before it is over. */
export const withAccepted = (holding: Holding, resource: Resource | null, number: number): Holding => {
  const place = placeOf(holding, resource, number);
  if (place < 0) return holding;
  return {
    ...holding,
    accepted: resource?.version ?? null,
    possible: holding.possible.slice(resource === null ? place + 1 : place),
    unknown: false,
  };
};

/** The client refused what response `number` brought, alone: it goes on with what it had. */
export const withRefused = (holding: Holding, resource: Resource | null, number: number): Holding => {
  const version = resource?.version ?? null;
  const place = placeOf(holding, resource, number);
  const isRunning = place === 0 && resource !== null && version === holding.accepted;
  return {
    ...holding,
    sent: holding.sent === version ? holding.accepted : holding.sent,
    possible: place < 0 || isRunning ? holding.possible : holding.possible.toSpliced(place, 1),
  };
};

/** The client said of an earlier stream's version that it still runs it, and that version is `resource`. */
export const withRecognised = (holding: Holding, resource: Resource): Holding => ({
  ...holding,
  possible: [{ resource, since: 0 }],
  unknown: false,
});

/** Accepted, and not being taken away: what refers to it may be sent. */
export const isUsable = (holding: Holding): boolean =>
  holding.accepted !== null && holding.possible.every((one) => one.resource !== null);

/** The resource that the client runs, where that is known. */
export const acceptedResource = (holding: Holding): Resource | null =>
  holding.possible.find((one) => one.resource !== null && one.resource.version === holding.accepted)?.resource ?? null;

/** The client runs something of that name, or may do so soon. */
export const isHeld = (holding: Holding): boolean => {
  const last = holding.possible.at(-1);
  return last === undefined ? holding.unknown : last.resource !== null;
};
