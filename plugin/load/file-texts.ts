import { editObject } from '../../files/edit/edit-object.ts';
import {
  createFileText,
  FileWriteError,
  readFileTexts,
  writeFileText,
  type FileText,
} from '../../files/edit/file-text.ts';
import type { WrittenObject } from '../../files/edit/find-objects.ts';
import type { JsonObject, PatchOperation } from '../../files/edit/json-patch.ts';
import { ManifestSourceError } from '../../files/source-error.ts';
import { CommandFailure } from '../failure.ts';
import { nameOf, namespaceOf } from '../services/change/object-name.ts';

/** How standard input is called. */
export const STDIN = '<stdin>';

/** One edit of a file. */
export interface FileEdit {
  readonly path: string;
  readonly lines: readonly number[];
  /** The whole of the new text. */
  readonly text: string;
  readonly diff: string;
}

/** An object, and the file it is written in. */
export interface PlacedObject extends WrittenObject {
  readonly file: FileText;
}

/** Rejects with CommandFailure. */
export async function readFiles(
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly FileText[]> {
  try {
    const stdin = paths.includes('-') ? [{ path: STDIN, text: await readStdin() }] : [];
    return [...stdin, ...readFileTexts(paths.filter((path) => path !== '-'))];
  } catch (error) {
    if (error instanceof ManifestSourceError) throw new CommandFailure(error.message, [], { cause: error });
    throw error;
  }
}

/** The text after the edit. Throws CommandFailure where it cannot be made in place. */
export function editedText(
  { file, place, object }: PlacedObject,
  operations: readonly PatchOperation[],
): { readonly text: string; readonly lines: readonly number[] } {
  const { path, text } = file;
  const edited = editObject(text, place, operations);
  switch (edited.type) {
    case 'edited':
      return edited;
    case 'refused':
      throw new CommandFailure(`${path}:${edited.line}: ${edited.message}`, ['Nothing was written.']);
    case 'mismatch':
      throw new Error(`a patch does not fit ${nameOf(object)}`);
  }
}

/** Throws CommandFailure. */
export function writeOut(file: FileText, text: string): void {
  orFail(() => writeFileText(file, text));
}

/** Throws CommandFailure, where such a file is there already, too. */
export function createOut(path: string, text: string): void {
  orFail(() => createFileText(path, text));
}

function orFail(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof FileWriteError) throw new CommandFailure(error.message, [], { cause: error });
    throw error;
  }
}

/** `  web.yaml:7  shop/web` */
export function placeLine({ file, line, object }: PlacedObject): string {
  return `  ${file.path}:${line}  ${namespaceOf(object) ?? '-'}/${nameOf(object)}`;
}

/** Several objects are meant by one name. `choose` says how one of them is named. */
export function ambiguous(what: string, found: readonly PlacedObject[], choose: string): CommandFailure {
  const keys = found.map(({ file, object }) => `${file.path} ${namespaceOf(object) ?? ''}`);
  const isTwice = new Set(keys).size < keys.length;
  const next = isTwice ? 'one file has it twice, and only one of them can count: take the others out' : choose;
  return new CommandFailure(`${found.length} objects are ${what}: ${next}`, found.map(placeLine));
}

export function isOfKind({ apiVersion, kind }: JsonObject, wanted: string): boolean {
  return kind === wanted && typeof apiVersion === 'string' && apiVersion.startsWith('projectcontour.io/');
}
