import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { nodeFileSystem } from '../file-system.ts';
import { filesUnder } from '../load.ts';
import { reasonOf, unreadablePath } from '../source-error.ts';

/** A file as it was when it was read. */
export interface FileText {
  readonly path: string;
  /** With its byte order mark. */
  readonly text: string;
}

/** A file could not be written and is as it was. `message` is one plain sentence that names it. */
export class FileWriteError extends Error {
  override readonly name = 'FileWriteError';
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads files and the manifests in directories. Throws ManifestSourceError. */
export function readFileTexts(paths: readonly string[]): readonly FileText[] {
  return filesUnder(nodeFileSystem, paths).map((path) => ({ path, text: readText(path) }));
}

function readText(path: string): string {
  let bytes;
  try {
    bytes = readFileSync(path);
    return UTF8.decode(bytes);
  } catch (error) {
    throw unreadablePath(path, bytes === undefined ? error : new Error('it is not UTF-8 text'));
  }
}

/**
 * Puts `text` into the file at once: whoever reads it finds the old text or the new one, also after a crash or on a full
 * disk. Links are followed; mode and owner stay. Throws FileWriteError where it cannot, and where the file is no longer
 * what was read.
 */
export function writeFileText({ path, text: old }: FileText, text: string): void {
  const target = realpathSync(path);
  const temporary = temporaryBeside(target);
  try {
    const stat = statSync(target);
    if ((stat.mode & 0o222) === 0) throw new FileWriteError(`${path} is read-only, nothing was written`);
    writeWhole(temporary, text, stat);
    if (readText(target) !== old) throw new FileWriteError(`${path} was changed by someone else, nothing was written`);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof FileWriteError) throw error;
    throw new FileWriteError(`${path} cannot be written (${reasonOf(error)}), nothing was changed`, { cause: error });
  }
  syncFolder(dirname(target));
}

/**
 * Makes a file of that text at once, where none is: nobody finds half of it, and nobody's file is lost. Throws
 * FileWriteError where it cannot.
 */
export function createFileText(path: string, text: string): void {
  const temporary = temporaryBeside(path);
  try {
    writeWhole(temporary, text, null);
    takePlace(temporary, path);
  } catch (error) {
    const isThere = reasonOf(error) === 'EEXIST';
    const why = isThere
      ? 'is there by now, nothing was written'
      : `cannot be written (${reasonOf(error)}), nothing was changed`;
    throw new FileWriteError(`${path} ${why}`, { cause: error });
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
}

/** A link, unlike a renaming, takes the place of nothing; some file systems have none. */
function takePlace(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(reasonOf(error)) || existsSync(path)) throw error;
    renameSync(temporary, path);
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
}

/** @param like the file whose place it will take, or null */
function writeWhole(path: string, text: string, like: Stats | null): void {
  const file = openSync(path, 'wx', like === null ? 0o666 : 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    if (like !== null) {
      takeOwner(file, like.uid, like.gid);
      fchmodSync(file, like.mode & 0o7777);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Only root can give a file away; somebody who may write another's file becomes its owner, as with any editor. */
function takeOwner(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch (error) {
    if (!['EPERM', 'EINVAL'].includes(reasonOf(error))) throw error;
  }
}

/** The new name is on the disk too. Where folders cannot be synced (Windows), the system does it in its time. */
function syncFolder(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    // The file is whole under either name.
  } finally {
    closeSync(handle);
  }
}
