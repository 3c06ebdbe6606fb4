import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { CommandFailure } from '../failure.ts';
import { writeOut } from './file-texts.ts';

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
  if (before !== null) {
    writeOut({ path, text: before }, after);
    return;
  }
  if (existsSync(path)) throw new CommandFailure(`${path} is there by now, nothing was written`);
  try {
    writeFileSync(path, after, { flag: 'wx' });
  } catch (error) {
    rmSync(path, { force: true });
    const { code } = error as { readonly code?: unknown };
    const message = `${path} cannot be written (${String(code)}), nothing was changed`;
    throw new CommandFailure(message, [], { cause: error });
  }
}

function undo({ path, before, after }: FileSave): void {
  if (before === null) rmSync(path, { force: true });
  else writeOut({ path, text: after }, before);
}
