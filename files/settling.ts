import { refKey } from '../routing/objects/ref.ts';
import { refOf } from '../routing/objects/kubernetes-object.ts';
import type { ParsedFile } from './manifests.ts';

/**
 * A writer that saves in place truncates and then writes in pieces; the gaps between its events are well under this.
 */
export const WRITTEN_QUIET_MS = 20;
/** What would take something away, or does not parse, may be half of a file whose writer is slow or busy. */
const SUSPECT_QUIET_MS = 250;
/**
 * Files of a folder that is being deleted go one by one before the folder does, and tools replace a file by deleting
 * and writing it: a file is gone when it, and the deletions around it, have come to rest.
 */
export const GONE_QUIET_MS = 100;
/** Deletions that never come to rest count after this. */
export const GONE_LIMIT_MS = 1_000;

/** One version of a file. */
export interface FileContent {
  readonly bytes: Uint8Array;
  readonly parsed: ParsedFile;
}

/**
 * How long must a file have been quiet before this content of it counts, in ms? `replaced`: another file was moved to
 * its name, so it is whole. `written`: the file itself was written to.
 */
export function quietNeeded(good: FileContent | null, next: FileContent, how: 'replaced' | 'written'): number {
  // Deleting and creating a file replaces it too, and there it is empty for a moment.
  if (how === 'replaced') return next.bytes.length === 0 && hasObjects(good) ? SUSPECT_QUIET_MS : 0;
  if (!next.parsed.parsed) return SUSPECT_QUIET_MS;
  if (good === null) return WRITTEN_QUIET_MS;
  return removesObjects(good, next) || isCutShort(good, next) ? SUSPECT_QUIET_MS : WRITTEN_QUIET_MS;
}

function hasObjects(content: FileContent | null): boolean {
  return content !== null && content.parsed.objects.length > 0;
}

function removesObjects(good: FileContent, next: FileContent): boolean {
  const left = new Set(next.parsed.objects.map(({ object }) => refKey(refOf(object))));
  return good.parsed.objects.some(({ object }) => !left.has(refKey(refOf(object))));
}

/** The beginning of what was there, or a last line without its end where there was one. */
function isCutShort(good: FileContent, next: FileContent): boolean {
  const newline = 10;
  if (good.bytes.at(-1) === newline && next.bytes.at(-1) !== newline) return true;
  return (
    next.bytes.length < good.bytes.length && Buffer.compare(next.bytes, good.bytes.subarray(0, next.bytes.length)) === 0
  );
}
