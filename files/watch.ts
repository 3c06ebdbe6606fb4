import type { FileSystem } from './file-system.ts';
import { createFlushTimer } from './flush-timer.ts';
import type { FileFault } from './manifests.ts';
import { distinctPaths } from './paths.ts';
import { SettledFiles, type FileUpdate } from './settled-files.ts';
import { WatchedRoots } from './watched-roots.ts';

/** How often is looked for what comes without an event. */
const POLL_MS = 1_000;
/**
 * The kernel's queue holds 16,384 events and drops what does not fit, and Node does not say so: after this many in one
 * go everything is looked at again.
 */
const OVERFLOW_EVENTS = 8_192;

export interface WatchPorts {
  readonly fileSystem: FileSystem;
  /** Monotonic, in ms. */
  readonly now: () => number;
}

export interface WatchListener {
  /** The first call, made before `watchManifests` returns, has every file, even where there is none. */
  updates(updates: readonly FileUpdate[], at: number): void;
  /** Faults may have changed; comes after the updates of the same moment. */
  faults(): void;
}

export interface ManifestWatch {
  /** Of files and folders as they are now, in no order. */
  faults(): readonly FileFault[];
  close(): void;
}

/**
 * Watches files, and folders recursively. An event costs the file it names; a folder that comes, goes or is swapped
 * costs a look at every file in it. A file that is being written, or does not parse, keeps its last good version.
 * Throws ManifestSourceError where a path is missing.
 */
export function watchManifests(paths: readonly string[], listener: WatchListener, ports: WatchPorts): ManifestWatch {
  const files = new SettledFiles(ports.fileSystem, ports.now);
  let events = 0;
  const timer = createFlushTimer(ports.now, () => flush());
  const roots = new WatchedRoots(distinctPaths(paths), ports.fileSystem, files, () => {
    events += 1;
    timer.event();
  });
  const settle = (): readonly [readonly FileUpdate[], number] => {
    roots.rescan();
    const { updates, at, next } = files.settle((path) => roots.isLost(path));
    if (next < Infinity) timer.at(next);
    return [updates, at ?? ports.now()];
  };
  const flush = (): void => {
    if (events >= OVERFLOW_EVENTS) roots.rescanAll();
    events = 0;
    const [updates, at] = settle();
    if (updates.length > 0) listener.updates(updates, at);
    listener.faults();
  };
  const poll = setInterval(() => roots.poll(), POLL_MS).unref();
  listener.updates(...settle());
  listener.faults();
  return {
    faults: () => [...files.faults(), ...roots.faults()],
    close() {
      clearInterval(poll);
      timer.stop();
      roots.close();
    },
  };
}
