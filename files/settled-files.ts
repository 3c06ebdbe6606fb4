import type { FileStat, FileSystem } from './file-system.ts';
import type { FileFault, ParsedFile } from './manifests.ts';
import { isAtOrBelow } from './paths.ts';
import { GONE_LIMIT_MS, GONE_QUIET_MS, WRITTEN_QUIET_MS } from './settling.ts';
import { accept, readCandidate, restNeeded, type Candidate, type Reading, type TrackedFile } from './tracked-file.ts';

/** How a file came to differ: another file is at its name now, or it was written to. */
export type TouchedBy = 'replaced' | 'written';

/** What now counts for a path; null where it is gone. */
export interface FileUpdate {
  readonly path: string;
  readonly file: ParsedFile | null;
}

export interface SettledBatch {
  readonly updates: readonly FileUpdate[];
  /** When the first event behind an update came in; null where there is no update. */
  readonly at: number | null;
  /** When the next file that still has to rest is due; Infinity where none has to. */
  readonly next: number;
}

interface Pending {
  readonly first: number;
  readonly last: number;
  readonly by: TouchedBy;
  readonly goneQuiet: number;
  until: number;
  goneSince: number | null;
  /** Read, but not yet at rest; an event drops it. */
  candidate: Candidate | null;
}

interface Round {
  readonly now: number;
  readonly updates: FileUpdate[];
  /** Files that stand at a new path: where one of them is missed elsewhere, it was renamed. */
  readonly arrived: Set<string>;
  /** No file would be left: more likely the folder is on its way out than somebody wishes it. */
  leavesNothing: boolean;
  at: number;
}

/** The files that count, each kept at its last good version until a new one is whole and at rest. */
export class SettledFiles {
  readonly #fileSystem: FileSystem;
  readonly #now: () => number;
  readonly #tracked = new Map<string, TrackedFile>();
  readonly #faulty = new Map<string, readonly FileFault[]>();
  readonly #pending = new Map<string, Pending>();
  #lastGoneAt = 0;

  constructor(fileSystem: FileSystem, now: () => number) {
    this.#fileSystem = fileSystem;
    this.#now = now;
  }

  get tracked(): ReadonlyMap<string, TrackedFile> {
    return this.#tracked;
  }

  /** Of the files as they are now, in no order. */
  faults(): readonly FileFault[] {
    return [...this.#faulty.values()].flat();
  }

  /** `goneQuiet`: where the file turns out to be gone, for how long it must stay so, in ms. */
  touched(path: string, by: TouchedBy, goneQuiet = GONE_QUIET_MS): void {
    const now = this.#now();
    const known = this.#pending.get(path);
    this.#pending.set(path, {
      first: known?.first ?? now,
      last: now,
      by,
      goneQuiet,
      until: by === 'written' ? now + WRITTEN_QUIET_MS : now,
      goneSince: known?.goneSince ?? null,
      candidate: null,
    });
  }

  /** What is below was reported gone because `root` itself is: it stays as it is. */
  keep(root: string): void {
    for (const path of this.#pending.keys()) if (isAtOrBelow(path, root)) this.#pending.delete(path);
  }

  /** Looks at every touched file that is due. `isLost`: has the path that was asked for gone, and the file with it? */
  settle(isLost: (path: string) => boolean): SettledBatch {
    const round: Round = { now: this.#now(), updates: [], arrived: new Set(), leavesNothing: false, at: Infinity };
    const missed: (readonly [string, Pending])[] = [];
    for (const [path, entry] of [...this.#pending].filter(([, { until }]) => until <= round.now)) {
      const stat = this.#fileSystem.stat(path);
      if (stat?.type === 'file') this.#settlePresent(round, path, entry, stat);
      else missed.push([path, entry]);
    }
    round.leavesNothing = this.#resting(round) + missed.length >= this.#tracked.size;
    for (const [path, entry] of missed) this.#settleGone(round, path, entry, isLost);
    const next = [...this.#pending.values()].reduce((earliest, { until }) => Math.min(earliest, until), Infinity);
    return { updates: round.updates, at: round.at === Infinity ? null : round.at, next };
  }

  #settlePresent(round: Round, path: string, entry: Pending, stat: FileStat): void {
    const before = this.#tracked.get(path) ?? null;
    entry.goneSince = null;
    if (before?.stat.identity !== stat.identity) round.arrived.add(stat.identity);
    const reading = this.#read(path, entry, stat, before);
    const rest = reading.type === 'candidate' ? restNeeded(before, reading.candidate, entry.by) : 0;
    if (reading.type === 'candidate' && entry.last + rest > round.now) {
      entry.until = entry.last + rest;
      entry.candidate = reading.candidate;
      return;
    }
    const after = reading.type === 'candidate' ? accept(before, reading.candidate) : reading.tracked;
    this.#track(path, after);
    if (after.good === null || after.good === before?.good) this.#pending.delete(path);
    else this.#done(round, path, entry, after.good.parsed);
  }

  #read(path: string, { candidate }: Pending, stat: FileStat, before: TrackedFile | null): Reading {
    if (candidate?.stat.version === stat.version) return { type: 'candidate', candidate };
    return readCandidate(this.#fileSystem, path, stat, before);
  }

  #settleGone(round: Round, path: string, entry: Pending, isLost: (path: string) => boolean): void {
    const before = this.#tracked.get(path);
    if (before === undefined) {
      this.#pending.delete(path);
      return;
    }
    const isCertain = entry.goneQuiet === 0 || round.arrived.has(before.stat.identity);
    if (!isCertain && this.#isStillResting(round, entry)) return;
    if (!isCertain && isLost(path)) {
      this.#pending.delete(path);
      return;
    }
    this.#tracked.delete(path);
    this.#faulty.delete(path);
    this.#done(round, path, entry, null);
  }

  #isStillResting(round: Round, entry: Pending): boolean {
    if (entry.goneSince === null) {
      entry.goneSince = round.now;
      this.#lastGoneAt = round.now;
    }
    const quiet = round.leavesNothing ? Math.max(entry.goneQuiet, GONE_LIMIT_MS) : entry.goneQuiet;
    entry.until = Math.min(this.#lastGoneAt + quiet, entry.goneSince + GONE_LIMIT_MS);
    return entry.until > round.now;
  }

  /** Files that are gone but are not looked at in this round. */
  #resting({ now }: Round): number {
    return [...this.#pending.values()].filter(({ goneSince, until }) => goneSince !== null && until > now).length;
  }

  #track(path: string, file: TrackedFile): void {
    this.#tracked.set(path, file);
    if (file.faults.length > 0) this.#faulty.set(path, file.faults);
    else this.#faulty.delete(path);
  }

  #done(round: Round, path: string, entry: Pending, file: ParsedFile | null): void {
    this.#pending.delete(path);
    round.updates.push({ path, file });
    round.at = Math.min(round.at, entry.first);
  }
}
