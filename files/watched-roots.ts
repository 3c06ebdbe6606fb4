import { basename, dirname, join } from 'node:path';
import { createDirectoryWatchers, type DirectoryWatchers } from './directory-watchers.ts';
import type { FileStat, FileSystem } from './file-system.ts';
import type { FileFault } from './manifests.ts';
import { isAtOrBelow, isManifestName } from './paths.ts';
import { missingFault, refusedFault, unreadableFault } from './root-faults.ts';
import { scanDirectory } from './scan.ts';
import { GONE_LIMIT_MS, GONE_QUIET_MS } from './settling.ts';
import type { SettledFiles } from './settled-files.ts';
import { isGone, missingPath, ManifestSourceError, unreadablePath } from './source-error.ts';

/** The link that a ConfigMap mount swaps to show a new version of all its files at once. */
const MOUNT_LINK = '..data';

/** A path that was asked for. */
interface Root {
  readonly path: string;
  readonly type: 'file' | 'directory';
  realPath: string | null;
  missing: boolean;
}

/** Turns what the system says of directories into touched files. */
export class WatchedRoots {
  readonly #fileSystem: FileSystem;
  readonly #files: SettledFiles;
  readonly #onEvent: () => void;
  readonly #roots: ReadonlyMap<string, Root>;
  /** The directories below the roots. */
  readonly #inside: DirectoryWatchers;
  /** The directories that the roots stand in. */
  readonly #above: DirectoryWatchers;
  /** Paths to look at again; true where the whole of it was swapped at once, so that what is missing is meant. */
  readonly #stale = new Map<string, boolean>();
  readonly #unreadable = new Map<string, FileFault>();

  /** Throws ManifestSourceError where a path is missing or is neither file nor directory. */
  constructor(paths: readonly string[], fileSystem: FileSystem, files: SettledFiles, onEvent: () => void) {
    this.#fileSystem = fileSystem;
    this.#files = files;
    this.#onEvent = onEvent;
    this.#roots = new Map(paths.map((path) => [path, openRoot(fileSystem, path)]));
    this.#inside = createDirectoryWatchers(fileSystem, (...event) => this.#insideEvent(...event));
    this.#above = createDirectoryWatchers(fileSystem, (...event) => this.#aboveEvent(...event));
    for (const path of this.#roots.keys()) this.#look(path, false);
  }

  /** Looks again at the directories that something happened to. */
  rescan(): void {
    const due = [...this.#stale];
    this.#stale.clear();
    for (const [path, swapped] of due) this.#look(path, swapped);
  }

  /** Looks at everything again: events were likely lost. */
  rescanAll(): void {
    for (const path of this.#roots.keys()) this.#mark(path);
  }

  /** Looks for what comes without an event: a mount, a link further up, directories that cannot be watched. */
  poll(): void {
    for (const root of this.#roots.values()) {
      const isThere = this.#isThere(root);
      const moved = isThere && this.#fileSystem.realPath(root.path) !== root.realPath;
      if (isThere === root.missing || moved || this.#refusalOf(root) !== null) this.#mark(root.path);
    }
  }

  /** Has the path that was asked for gone, and this file with it? */
  isLost(file: string): boolean {
    const lost = [...this.#roots.values()].find((root) => isAtOrBelow(file, root.path) && !this.#isThere(root));
    if (lost !== undefined) this.#lose(lost);
    return lost !== undefined;
  }

  faults(): readonly FileFault[] {
    const faults = [...this.#unreadable.values()];
    for (const root of this.#roots.values()) {
      const refusal = this.#refusalOf(root);
      if (root.missing) faults.push(missingFault(root.path, root.type));
      if (refusal !== null) faults.push(refusal);
    }
    return faults;
  }

  close(): void {
    this.#inside.close();
    this.#above.close();
  }

  #insideEvent(directory: string, kind: 'rename' | 'change', name: string | null): void {
    if (name === null) return this.#mark(directory);
    const path = join(directory, name);
    if (name === MOUNT_LINK) return this.#mark(directory, this.#fileSystem.stat(path) !== null);
    if (name.startsWith('.')) return;
    if (isManifestName(name)) return this.#touch(path, kind);
    if (kind === 'rename' || this.#inside.has(path)) this.#mark(path);
  }

  #aboveEvent(directory: string, kind: 'rename' | 'change', name: string | null): void {
    for (const root of this.#roots.values()) {
      if (dirname(root.path) !== directory) continue;
      if (root.type === 'file' && name === basename(root.path)) this.#touch(root.path, kind);
      if (name === null || name === basename(root.path) || name === MOUNT_LINK) this.#mark(root.path);
    }
  }

  #touch(path: string, kind: 'rename' | 'change'): void {
    this.#files.touched(path, kind === 'change' ? 'written' : 'replaced');
    // A directory may be called a.yaml.
    if (this.#inside.has(path) || this.#fileSystem.stat(path)?.type === 'directory') this.#mark(path);
    this.#onEvent();
  }

  #mark(path: string, swapped = false): void {
    this.#stale.set(path, swapped || this.#stale.get(path) === true);
    this.#onEvent();
  }

  #look(path: string, swapped: boolean): void {
    const root = this.#roots.get(path);
    const goneQuiet = root === undefined ? quietAfter(swapped) : this.#lookAtRoot(root, swapped);
    if (goneQuiet === null) return;
    const found = root?.type === 'file' ? this.#single(path) : this.#scan(path);
    for (const [file, stat] of found) {
      const known = this.#files.tracked.get(file)?.stat;
      if (known?.version === stat.version) continue;
      this.#files.touched(file, known?.identity === stat.identity ? 'written' : 'replaced');
    }
    for (const file of this.#files.tracked.keys()) {
      if (isAtOrBelow(file, path) && !found.has(file) && !this.#isHidden(file)) {
        this.#files.touched(file, 'replaced', goneQuiet);
      }
    }
  }

  /** For how long what is missing below must stay so, in ms; null where the root itself is missing. */
  #lookAtRoot(root: Root, swapped: boolean): number | null {
    const parent = dirname(root.path);
    const parentStat = this.#fileSystem.stat(parent);
    if (parentStat !== null) this.#above.ensure(parent, parentStat);
    if (!this.#isThere(root)) {
      this.#lose(root);
      return null;
    }
    const realPath = this.#fileSystem.realPath(root.path);
    // A folder that is back is likely still being filled; one whose link points elsewhere is whole.
    const goneQuiet = root.missing ? GONE_LIMIT_MS : quietAfter(swapped || realPath !== root.realPath);
    root.realPath = realPath;
    root.missing = false;
    return goneQuiet;
  }

  #lose(root: Root): void {
    root.missing = true;
    this.#files.keep(root.path);
    this.#inside.prune(root.path, new Set());
  }

  #isThere(root: Root): boolean {
    return this.#fileSystem.stat(root.path)?.type === root.type;
  }

  #single(path: string): ReadonlyMap<string, FileStat> {
    const stat = this.#fileSystem.stat(path);
    return new Map(stat === null ? [] : [[path, stat]]);
  }

  #scan(path: string): ReadonlyMap<string, FileStat> {
    const entered = new Set<string>();
    for (const directory of this.#unreadable.keys()) {
      if (isAtOrBelow(directory, path)) this.#unreadable.delete(directory);
    }
    const found = scanDirectory(this.#fileSystem, path, {
      entering: (directory, stat) => {
        entered.add(directory);
        this.#inside.ensure(directory, stat);
      },
      unreadable: (directory, error) => {
        if (!isGone(error)) this.#unreadable.set(directory, unreadableFault(directory, error));
      },
    });
    this.#inside.prune(path, entered);
    return found;
  }

  #isHidden(file: string): boolean {
    return [...this.#unreadable.keys()].some((directory) => isAtOrBelow(file, directory));
  }

  #refusalOf(root: Root): FileFault | null {
    const watchers = root.type === 'file' ? this.#above : this.#inside;
    const top = root.type === 'file' ? dirname(root.path) : root.path;
    const refused = [...watchers.refused()].find(([directory]) => isAtOrBelow(directory, top));
    return refused === undefined ? null : refusedFault(...refused);
  }
}

function openRoot(fileSystem: FileSystem, path: string): Root {
  const type = fileSystem.stat(path)?.type;
  if (type === undefined) throw missingPath(path);
  if (type === 'other') throw new ManifestSourceError(`${path} is neither a file nor a folder: it cannot be watched`);
  if (type === 'directory') ensureReadable(fileSystem, path);
  return { path, type, realPath: fileSystem.realPath(path), missing: false };
}

function ensureReadable(fileSystem: FileSystem, directory: string): void {
  try {
    fileSystem.list(directory);
  } catch (error) {
    throw unreadablePath(directory, error);
  }
}

function quietAfter(swapped: boolean): number {
  return swapped ? 0 : GONE_QUIET_MS;
}
