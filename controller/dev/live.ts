import type { EnvoyReport } from '../../xds/serve/server.ts';
import type { Dialect, WorldChange } from '../../xds/snapshot/resource.ts';
import type { Served } from '../loop.ts';

export interface LivePorts {
  readonly envoys: () => readonly EnvoyReport[];
  readonly served: (dialect: Dialect) => Served | null;
}

/** A resource that an Envoy refused. */
export interface Refused {
  readonly name: string;
  readonly message: string;
}

export interface LiveWatch {
  /** Calls `done` once every Envoy has accepted or refused what it was told. */
  follow(told: ReadonlyMap<Dialect, WorldChange>, done: (refused: readonly Refused[]) => void): void;
  /** To be called whenever an Envoy has answered. */
  progress(): void;
}

/** What of one change an Envoy still has to answer; null where it has answered all. */
function refusedBy(envoy: EnvoyReport, change: WorldChange, served: Served | null): readonly Refused[] | null {
  const refused: Refused[] = [];
  for (const { type, name, version } of change.upserts) {
    const state = envoy.types.find((each) => each.type === type);
    const current = served?.snapshot.get(type, name)?.version;
    // Superseded since, or of a type in which nothing is on its way: what an Envoy did not ask for it never answers.
    if (current !== version || state === undefined) continue;
    if (envoy.accepted(type, name) === version) continue;
    const nack = state.nacks.find((each) => each.name === name && each.version === version);
    if (nack !== undefined) refused.push(nack);
    else if (state.pending > 0) return null;
  }
  const gone = change.removals.every(({ type, name }) => {
    const state = envoy.types.find((each) => each.type === type);
    return state === undefined || state.pending === 0 || envoy.accepted(type, name) === null;
  });
  return gone ? refused : null;
}

/** Tells when a change is live: in every Envoy that is connected and has a whole world. */
export function createLiveWatch({ envoys, served }: LivePorts): LiveWatch {
  interface Followed {
    readonly told: ReadonlyMap<Dialect, WorldChange>;
    readonly done: (refused: readonly Refused[]) => void;
  }
  let followed: readonly Followed[] = [];

  /** Null while an Envoy still has to answer, or none is there. */
  function verdict(told: Followed['told']): readonly Refused[] | null {
    const complete = envoys().filter((envoy) => envoy.complete && envoy.streams > 0);
    if (complete.length === 0) return null;
    const refused: Refused[] = [];
    for (const envoy of complete) {
      const change = told.get(envoy.dialect);
      const answer = change === undefined ? [] : refusedBy(envoy, change, served(envoy.dialect));
      if (answer === null) return null;
      refused.push(...answer);
    }
    return refused;
  }

  function progress(): void {
    const waiting: Followed[] = [];
    const before = followed;
    followed = [];
    for (const each of before) {
      const refused = verdict(each.told);
      if (refused === null) waiting.push(each);
      else each.done(refused);
    }
    followed = [...waiting, ...followed];
  }

  return {
    follow(told, done) {
      followed = [...followed, { told, done }];
      progress();
    },
    progress,
  };
}
