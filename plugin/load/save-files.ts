import { rmSync } from 'node:fs';
import { createOut, writeOut } from './file-texts.ts';

export interface FileSave {
  readonly path: string;
  /** Null for a file that is not there yet. */
  readonly before: string | null;
  readonly after: string;
}

/** Writes all, or none: where one cannot be written, those before it get their old text back. Throws CommandFailure. */
export function saveFiles(saves: readonly FileSave[]): void {
  const done: FileSave[] = [];
  try {
    for (const save of saves) {
      saveOne(save);
      done.push(save);
    }
  } catch (error) {
    for (const save of done.toReversed()) undo(save);
    throw error;
  }
}

function saveOne({ path, before, after }: FileSave): void {
  if (before === null) createOut(path, after);
  else writeOut({ path, text: before }, after);
}

function undo({ path, before, after }: FileSave): void {
  if (before === null) rmSync(path, { force: true });
  else writeOut({ path, text: after }, before);
}
