import type { FileFault } from './manifests.ts';
import { compareBytes } from './paths.ts';

/** A fault of a file or folder as a whole. */
export function wholeFileFault(file: string, message: string, severity: FileFault['severity'] = 'error'): FileFault {
  return { file, line: 1, column: 1, message, severity };
}

/** By file, line and column. */
export function sortFaults(faults: Iterable<FileFault>): readonly FileFault[] {
  return [...faults].sort(
    (left, right) => compareBytes(left.file, right.file) || left.line - right.line || left.column - right.column,
  );
}
