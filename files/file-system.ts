import { readdirSync, readFileSync, realpathSync, statSync, watch } from 'node:fs';

/** What is at a path, symlinks followed. */
export interface FileStat {
  readonly type: 'file' | 'directory' | 'other';
  /** The same as long as it is the same file or directory, whatever is written to it. */
  readonly identity: string;
  /** Changes with everything that can change the content. */
  readonly version: string;
}

/** The part of the file system that manifests need. Synchronous: local calls take microseconds, and nothing can come
 * between them. */
export interface FileSystem {
  /** Null where there is nothing, and for a dangling link. */
  stat(path: string): FileStat | null;
  /** With every link followed; null where there is nothing. */
  realPath(path: string): string | null;
  /** Throws the system's error. */
  read(path: string): Uint8Array;
  /** Names in a directory, sorted by nobody. Throws the system's error. */
  list(path: string): readonly string[];
  /**
   * Names of entries of one directory that changed: `rename` for one that came, went or was replaced, `change` for one
   * that was written to; null where the system does not say. Throws where the directory cannot be watched.
   */
  watch(directory: string, listener: (event: 'rename' | 'change', name: string | null) => void): { close(): void };
}

export const nodeFileSystem: FileSystem = {
  stat: statPath,
  realPath: realPathOf,
  read: (path) => readFileSync(path),
  list: (path) => readdirSync(path),
  watch(directory, listener) {
    const watcher = watch(directory, { persistent: true }, (event, name) =>
      listener(event === 'change' ? 'change' : 'rename', name),
    );
    // The directory may go, or the system's patience with watches: whoever asked polls for that.
    watcher.on('error', () => listener('rename', null));
    return { close: () => watcher.close() };
  },
};

function statPath(path: string): FileStat | null {
  let found;
  try {
    found = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // ENOTDIR, ELOOP, EACCES on a parent: nothing that can be read is there.
    return null;
  }
  if (found === undefined) return null;
  const type = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other';
  // The time of birth tells a directory from a later one that was given the same inode number.
  const identity = `${found.dev}:${found.ino}:${found.birthtimeNs}`;
  return { type, identity, version: `${identity}:${found.size}:${found.mtimeNs}:${found.ctimeNs}` };
}

function realPathOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
