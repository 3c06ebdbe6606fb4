import { sortFaults } from '../../files/faults.ts';
import { nodeFileSystem } from '../../files/file-system.ts';
import { loadManifests } from '../../files/load.ts';
import { createPrecedence, type Precedence } from '../../files/manifest-set.ts';
import type { FileFault, PlacedObject } from '../../files/manifests.ts';
import type { FileUpdate } from '../../files/settled-files.ts';
import { ManifestSourceError } from '../../files/source-error.ts';
import { watchManifests, type ManifestWatch, type WatchListener } from '../../files/watch.ts';
import { inspectKeyPair } from '../../kubernetes/key-pair.ts';
import { createCompiler, type Compiler } from '../../routing/compile.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { refOf, type Change } from '../../routing/objects/kubernetes-object.ts';
import { refKey, type RefKey } from '../../routing/objects/ref.ts';
import { CommandFailure } from '../failure.ts';
import { faultLine } from '../output/faults.ts';
import type { ReportHead } from '../report.ts';
import { localReport, type LocalWorld, type Question, type Source } from '../source.ts';
import { pluginVersion } from '../version.ts';

export interface FileOptions {
  readonly paths: readonly string[];
  /** Whether what the files do not hold does not exist. */
  readonly closed: boolean;
}

/** Compiles manifests here, with the controller's own code. They are read once, at the first question. */
export function fileSource(options: FileOptions, readStdin: () => Promise<string>): Source {
  let loaded: Promise<Loaded> | null = null;
  return {
    defaultNamespace: null,
    select: null,
    async ask(question) {
      loaded ??= load(options, readStdin);
      return report(options, question, await loaded);
    },
    follow: (question, sink, _warn, signal) => follow(options, question, sink, signal),
    close: async () => {},
  };
}

interface Loaded {
  readonly world: LocalWorld;
  readonly faults: readonly FileFault[];
}

async function load(options: FileOptions, readStdin: () => Promise<string>): Promise<Loaded> {
  try {
    const { objects, faults } = await loadManifests(options.paths, readStdin);
    if (objects.size === 0) refuseUnreadable(options, faults);
    const compiler = newCompiler(options);
    compiler.apply([...objects.values()].map(({ object }) => ({ type: 'upsert', object })));
    return { world: worldOf(compiler, objects), faults };
  } catch (error) {
    throw readableFailure(error);
  }
}

/** Keeps a compiled world up to date with the files, so that an edit costs what it touches. */
function follow<Report extends ReportHead>(
  options: FileOptions,
  question: Question<Report>,
  sink: (report: Report) => void,
  signal: AbortSignal,
): Promise<void> {
  const compiler = newCompiler(options);
  const precedence = createPrecedence();
  const placed = new Map<RefKey, PlacedObject>();
  let watched: ManifestWatch | null = null;
  const show = (): void => {
    if (watched === null) return;
    const faults = sortFaults([...watched.faults(), ...precedence.contested()]);
    sink(report(options, question, { world: worldOf(compiler, placed), faults }));
  };
  const listener: WatchListener = {
    updates: (updates) => {
      const touched = new Set(updates.flatMap((update) => [...take(precedence, update)]));
      compiler.apply([...touched].flatMap((key) => replace(placed, key, precedence.winner(key))));
    },
    // Comes after the updates of the same moment.
    faults: show,
  };
  return new Promise((resolve, reject) => {
    try {
      watched = watchManifests(options.paths, listener, {
        fileSystem: nodeFileSystem,
        now: () => performance.now(),
      });
      show();
    } catch (error) {
      reject(readableFailure(error));
      return;
    }
    const stop = (): void => {
      watched?.close();
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function newCompiler({ closed }: FileOptions): Compiler {
  return createCompiler({ ...defaultSettings, closed }, { inspectKeyPair });
}

function take(precedence: Precedence, { path, file }: FileUpdate): ReadonlySet<RefKey> {
  return file === null ? precedence.drop(path) : precedence.put(file);
}

function replace(placed: Map<RefKey, PlacedObject>, key: RefKey, next: PlacedObject | null): readonly Change[] {
  const before = placed.get(key);
  if (next !== null) {
    placed.set(key, next);
    return [{ type: 'upsert', object: next.object }];
  }
  placed.delete(key);
  return before === undefined ? [] : [{ type: 'delete', ref: refOf(before.object) }];
}

function worldOf({ graph }: Compiler, placed: ReadonlyMap<RefKey, PlacedObject>): LocalWorld {
  return {
    graph,
    objects: new Map([...placed].map(([key, { object }]) => [key, object])),
    locate: (ref, pointer) => placed.get(refKey(ref))?.locate(pointer) ?? null,
    programmed: () => null,
  };
}

function report<Report extends ReportHead>(
  { paths }: FileOptions,
  question: Question<Report>,
  { world, faults }: Loaded,
): Report {
  const source = { from: 'files', version: pluginVersion(), paths } as const;
  return localReport(question, world, source, faults);
}

/** An empty folder is an empty table; one in which nothing is right is no answer. */
function refuseUnreadable({ paths }: FileOptions, faults: readonly FileFault[]): void {
  if (!faults.some(({ severity }) => severity === 'error')) return;
  throw new CommandFailure(`nothing in ${paths.join(', ')} could be read`, faults.map(faultLine));
}

function readableFailure(error: unknown): unknown {
  if (!(error instanceof ManifestSourceError)) return error;
  return new CommandFailure(error.message, [], { cause: error });
}
