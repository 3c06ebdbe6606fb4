import { createHash } from 'node:crypto';
import type { RefKey } from '../../routing/objects/ref.ts';

/** What was tried of late, and what came of it. Times are ms on one clock. */
export interface WriteHistory {
  /**
   * When this may be tried; null where it would change nothing: the same was written, and the API server keeps less of
   * it, because the stored CRD knows less than ours.
   */
  notBefore(key: RefKey, patch: object, stored: string): number | null;
  /** `stored` is the status that is to be replaced. */
  tried(key: RefKey, stored: string, now: number): void;
  /** `stored` is the status as it was afterwards. */
  wrote(key: RefKey, patch: object, stored: string): void;
  forget(key: RefKey): void;
}

interface Entry {
  readonly at: number;
  /** How often it was tried again as soon as it might be, or because somebody wrote something else over it. */
  readonly streak: number;
  /** Hashes of what was written last, and of what became of it. */
  readonly patch: string;
  readonly stored: string;
}

const firstMs = 250;
/** A fight that has ended is set right within this long. */
const longestMs = 4_000;
/** Who writes over ours within this long of it fights, however slow either of us is. */
const fightMs = 60_000;

export function createWriteHistory(): WriteHistory {
  const entries = new Map<RefKey, Entry>();
  return {
    notBefore(key, patch, stored) {
      const entry = entries.get(key);
      if (entry === undefined) return 0;
      if (entry.patch === digest(JSON.stringify(patch)) && entry.stored === digest(stored)) return null;
      return entry.at + intervalOf(entry);
    },
    tried(key, stored, now) {
      const before = entries.get(key);
      const isAgain = before !== undefined && now - before.at <= memoryOf(before, stored);
      const streak = isAgain ? before.streak + 1 : 0;
      entries.set(key, { patch: '', stored: '', ...before, at: now, streak });
    },
    wrote(key, patch, stored) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      entries.set(key, { ...entry, patch: digest(JSON.stringify(patch)), stored: digest(stored) });
    },
    forget: (key) => void entries.delete(key),
  };
}

function intervalOf({ streak }: Pick<Entry, 'streak'>): number {
  return Math.min(firstMs * 2 ** streak, longestMs);
}

/** For how long after a try the next one follows from it. */
function memoryOf(entry: Entry, stored: string): number {
  const isWrittenOver = entry.stored !== '' && entry.stored !== digest(stored);
  return isWrittenOver ? fightMs : 2 * intervalOf(entry);
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
