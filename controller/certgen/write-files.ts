import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, Fault } from '../fault.ts';

export interface FileToWrite {
  readonly name: string;
  readonly text: string;
}

export interface WriteOptions {
  readonly folder: string;
  readonly overwrite: boolean;
  /** Told of each path that was written. */
  readonly written: (path: string) => void;
}

/**
 * Writes files that nobody but their owner may read, each of them whole or not at all. Nothing is written where one of
 * them may not be. Throws a Fault.
 */
export async function writePrivateFiles(files: readonly FileToWrite[], options: WriteOptions): Promise<void> {
  const { folder, overwrite, written } = options;
  await system(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  for (const { name } of files) await refuseTaken(join(folder, name), overwrite);
  for (const { name, text } of files) {
    const path = join(folder, name);
    await replace(path, text);
    written(path);
  }
}

async function refuseTaken(path: string, overwrite: boolean): Promise<void> {
  const found = await system(path, () => lstat(path).catch(unlessMissing));
  if (found === null) return;
  if (found.isSymbolicLink()) throw new Fault(`${path} is a symbolic link, and a key may not follow it: remove it`);
  if (!found.isFile()) throw new Fault(`${path} is there, and is no file`);
  if (!overwrite) throw new Fault(`${path} is already there: --overwrite replaces it`);
}

function unlessMissing(error: unknown): null {
  if (codeOf(error) === 'ENOENT') return null;
  throw error;
}

/** A rename replaces what bears the name, a link that was put there meanwhile too, and follows nothing. */
async function replace(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  try {
    await system(path, () => writeFile(fresh, text, { mode: 0o600, flag: 'wx' }));
    await system(path, () => rename(fresh, path));
  } finally {
    await rm(fresh, { force: true });
  }
}

async function system<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (codeOf(error) === '') throw error;
    throw new Fault(`${path} cannot be written (${codeOf(error)})`);
  }
}
