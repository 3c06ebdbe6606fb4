import type { FileStat, FileSystem } from './file-system.ts';
import { wholeFileFault } from './faults.ts';
import type { FileFault } from './manifests.ts';
import { parseBytes } from './parse-bytes.ts';
import { reasonOf } from './source-error.ts';
import { quietNeeded, type FileContent } from './settling.ts';

/** What is held of one file. */
export interface TrackedFile {
  /** As it was when it was last read. */
  readonly stat: FileStat;
  /** What counts: the last version that parsed, or, where none ever did, what could be read of the latest. */
  readonly good: FileContent | null;
  /** Of the latest version. */
  readonly faults: readonly FileFault[];
}

/** A version of a file that was read but may still be in the writing. */
export interface Candidate {
  readonly stat: FileStat;
  readonly content: FileContent;
}

export type Reading =
  | { readonly type: 'candidate'; readonly candidate: Candidate }
  | { readonly type: 'unreadable'; readonly tracked: TrackedFile };

/** Reads the file, parsing only what the version that counts does not hold. */
export function readCandidate(
  fileSystem: FileSystem,
  path: string,
  stat: FileStat,
  tracked: TrackedFile | null,
): Reading {
  const good = tracked?.good ?? null;
  let bytes;
  try {
    bytes = fileSystem.read(path);
  } catch (error) {
    const kept = good === null ? '' : '; what it last held keeps serving';
    const fault = wholeFileFault(path, `the file cannot be read (${reasonOf(error)})${kept}`);
    return { type: 'unreadable', tracked: { stat, good, faults: [fault] } };
  }
  const parsed = parseBytes(path, bytes, good?.parsed ?? null);
  return { type: 'candidate', candidate: { stat, content: { bytes, parsed } } };
}

/** For how long the candidate must rest before it is accepted, in ms. */
export function restNeeded(tracked: TrackedFile | null, { content }: Candidate, how: 'replaced' | 'written'): number {
  const good = tracked?.good ?? null;
  if (good !== null && sameBytes(good, content)) return 0;
  return quietNeeded(good, content, how);
}

export function accept(tracked: TrackedFile | null, { stat, content }: Candidate): TrackedFile {
  const good = tracked?.good ?? null;
  if (good !== null && sameBytes(good, content)) return { stat, good, faults: good.parsed.faults };
  // A version that does not parse replaces none but another one that does not.
  const keeps = good !== null && good.parsed.parsed && !content.parsed.parsed;
  return { stat, good: keeps ? good : content, faults: content.parsed.faults };
}

function sameBytes(left: FileContent, right: FileContent): boolean {
  return Buffer.compare(left.bytes, right.bytes) === 0;
}
