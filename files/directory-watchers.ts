import type { FileStat, FileSystem } from './file-system.ts';
import { isAtOrBelow } from './paths.ts';
import { isGone, reasonOf } from './source-error.ts';

export type DirectoryListener = (directory: string, event: 'rename' | 'change', name: string | null) => void;

/** One watch a directory. */
export interface DirectoryWatchers {
  /** Watches the directory that is at this path now; a watch on one that was there earlier is given up. */
  ensure(directory: string, stat: FileStat): void;
  has(directory: string): boolean;
  /** Gives up those at or below `root` that are not in `kept`. */
  prune(root: string, kept: ReadonlySet<string>): void;
  /** Directories that the system refuses to watch, with its reason. */
  refused(): ReadonlyMap<string, string>;
  close(): void;
}

export function createDirectoryWatchers(fileSystem: FileSystem, listener: DirectoryListener): DirectoryWatchers {
  const watches = new Map<string, { readonly identity: string; close(): void }>();
  const refused = new Map<string, string>();

  const forget = (directory: string): void => {
    watches.get(directory)?.close();
    watches.delete(directory);
    refused.delete(directory);
  };
  const heard: DirectoryListener = (directory, event, name) => {
    // The system has lost track of this directory: the next look watches it anew.
    if (name === null) forget(directory);
    listener(directory, event, name);
  };
  const ensure = (directory: string, { identity }: FileStat): void => {
    const known = watches.get(directory);
    if (known?.identity === identity) return;
    try {
      const watch = fileSystem.watch(directory, (event, name) => heard(directory, event, name));
      watches.set(directory, { identity, close: () => watch.close() });
      refused.delete(directory);
    } catch (error) {
      watches.delete(directory);
      if (!isGone(error)) refused.set(directory, reasonOf(error));
    }
    known?.close();
  };
  const prune = (root: string, kept: ReadonlySet<string>): void => {
    for (const directory of [...watches.keys(), ...refused.keys()]) {
      if (isAtOrBelow(directory, root) && !kept.has(directory)) forget(directory);
    }
  };
  const close = (): void => {
    for (const watch of watches.values()) watch.close();
    watches.clear();
  };
  return { ensure, prune, has: (directory) => watches.has(directory), refused: () => refused, close };
}
