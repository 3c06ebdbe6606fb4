import { join } from 'node:path';
import type { FileStat, FileSystem } from './file-system.ts';
import { isManifestName } from './paths.ts';

export interface ScanVisitor {
  /** Before the directory is listed, so that a watch set here misses nothing. */
  entering(directory: string, stat: FileStat): void;
  unreadable(directory: string, error: unknown): void;
}

/**
 * The manifests under a directory, with what is known of each. Hidden names are passed over, and with them the
 * `..data` and `..2026_…` directories of a ConfigMap mount, whose files the links beside them name.
 */
export function scanDirectory(
  fileSystem: FileSystem,
  directory: string,
  visitor: ScanVisitor,
): ReadonlyMap<string, FileStat> {
  const found = new Map<string, FileStat>();
  const enter = (path: string, stat: FileStat, above: ReadonlySet<string>): void => {
    // A link to a directory above it would never end.
    if (above.has(stat.identity)) return;
    visitor.entering(path, stat);
    const inside = new Set([...above, stat.identity]);
    for (const name of namesIn(fileSystem, path, visitor)) {
      if (name.startsWith('.')) continue;
      const child = join(path, name);
      const childStat = fileSystem.stat(child);
      if (childStat?.type === 'directory') enter(child, childStat, inside);
      if (childStat?.type === 'file' && isManifestName(name)) found.set(child, childStat);
    }
  };
  const stat = fileSystem.stat(directory);
  if (stat?.type === 'directory') enter(directory, stat, new Set());
  return found;
}

function namesIn(fileSystem: FileSystem, directory: string, visitor: ScanVisitor): readonly string[] {
  try {
    return fileSystem.list(directory);
  } catch (error) {
    visitor.unreadable(directory, error);
    return [];
  }
}
