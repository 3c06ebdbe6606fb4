import type { Compiler } from '../routing/compile.ts';
import type { Graph, GraphChange } from '../routing/graph/graph.ts';
import type { Change } from '../routing/objects/kubernetes-object.ts';
import type { World } from '../xds/envoy/world.ts';
import type { XdsServer } from '../xds/serve/server.ts';
import type { Dialect, WorldChange } from '../xds/snapshot/resource.ts';
import { createSnapshot, type Snapshot } from '../xds/snapshot/snapshot.ts';

export interface LoopOptions {
  readonly compiler: Compiler;
  readonly createWorld: (dialect: Dialect) => World;
  readonly xds: Pick<XdsServer, 'draft' | 'publish'>;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
}

/** Takes a batch of a source's. `at` is when its cause was seen, on the loop's clock. */
export type Sink = (changes: readonly Change[], at: number) => void;

/** One turn of the loop. Durations are milliseconds. */
export interface Published {
  readonly change: GraphChange;
  /** What each dialect in use was told, beside the drafts of it. */
  readonly worlds: ReadonlyMap<Dialect, WorldChange>;
  /** When the oldest cause in the batch was seen, on the loop's clock. */
  readonly at: number;
  readonly compileMs: number;
  readonly emitMs: number;
}

/** One dialect's world as it stands. */
export interface Served {
  readonly world: World;
  readonly snapshot: Snapshot;
}

export interface Loop {
  readonly graph: Graph;
  /** True once every source's first world was compiled and handed on: nothing is published before. */
  readonly published: boolean;
  /** Adds a source; its first batch is the whole of its first world. To be called before any source delivers. */
  addSource(): Sink;
  /**
   * Takes what is there already of a first world that is not whole: compiled, emitted and drafted at once, while the rest
   * is on its way.
   */
  draft(changes: readonly Change[]): void;
  /** Keeps a world in this dialect from now on, because an Envoy speaks it. */
  demand(dialect: Dialect): void;
  served(dialect: Dialect): Served | null;
  /** Returns how to stop listening. */
  onPublished(listener: (published: Published) => void): () => void;
  /** Resolves when all that arrived has been published. */
  idle(): Promise<void>;
  /** Nothing is compiled after this. */
  stop(): void;
}

interface Batch {
  readonly changes: readonly Change[];
  readonly at: number;
}

/** A compile that took this long or longer is still followed by at most this long a pause. */
const longestPauseMs = 1000;

function everything(graph: Graph): GraphChange {
  return {
    hosts: new Set(graph.hosts.keys()),
    endpoints: new Set(graph.endpoints.keys()),
    secrets: new Set(graph.secrets.keys()),
    objects: new Set(graph.objects.keys()),
  };
}

/** What our bootstrap asks for. */
const usual: Dialect = 'ads-delta';

/** The worlds of the dialects in use. The usual one is always kept. */
function createWorlds({ createWorld, xds }: LoopOptions, graph: Graph) {
  const served = new Map<Dialect, Served>([[usual, { world: createWorld(usual), snapshot: createSnapshot() }]]);

  let published = false;

  function update(dialect: Dialect, { world, snapshot }: Served, change: GraphChange): WorldChange {
    const told = world.update(graph, change);
    snapshot.apply(told);
    xds.publish(dialect, told);
    return told;
  }

  /** Drafts are for one stream that has all of an Envoy: with one a resource, each part would cost what all have cost. */
  function prepare(dialect: Dialect, { world, snapshot }: Served, change: GraphChange): void {
    world.prepare(graph, change);
    if (dialect !== usual) return;
    const told = world.draft();
    snapshot.draft(told);
    xds.draft(dialect, told);
  }

  return {
    served,
    get published(): boolean {
      return published;
    },
    add(dialect: Dialect): void {
      if (served.has(dialect)) return;
      const fresh = { world: createWorld(dialect), snapshot: createSnapshot() };
      served.set(dialect, fresh);
      (published ? update : prepare)(dialect, fresh, everything(graph));
    },
    prepare(change: GraphChange): void {
      for (const [dialect, each] of served) prepare(dialect, each, change);
    },
    /** Answers what moved; the first time, that is all there is. */
    update(moved: GraphChange): Pick<Published, 'change' | 'worlds'> {
      const change = published ? moved : everything(graph);
      published = true;
      return {
        change,
        worlds: new Map([...served].map(([dialect, each]) => [dialect, update(dialect, each, moved)])),
      };
    },
  };
}

/** Runs a task soon, and after a long run only when as much time again has passed: a storm leaves half the time to others. */
function createPacer(now: () => number, task: () => void) {
  let notBefore = 0;
  let cancel: (() => void) | null = null;

  function run(): void {
    cancel = null;
    const started = now();
    task();
    const ended = now();
    notBefore = ended + Math.min(ended - started, longestPauseMs);
  }

  return {
    get scheduled(): boolean {
      return cancel !== null;
    },
    schedule(): void {
      if (cancel !== null) return;
      const pause = notBefore - now();
      if (pause >= 1) {
        const timer = setTimeout(run, pause);
        cancel = () => clearTimeout(timer);
      } else {
        const immediate = setImmediate(run);
        cancel = () => clearImmediate(immediate);
      }
    },
    stop(): void {
      cancel?.();
      cancel = null;
    },
  };
}

/** People who wait for quiet. */
function createWaiters() {
  let waiting: (() => void)[] = [];
  return {
    add: (resolve: () => void): void => void waiting.push(resolve),
    release(): void {
      const ready = waiting;
      waiting = [];
      for (const resolve of ready) resolve();
    },
  };
}

/** The one place where changes become a world: batch, apply, compile, publish. */
export function createLoop(options: LoopOptions): Loop {
  const { compiler, now } = options;
  const worlds = createWorlds(options, compiler.graph);
  const silent = new Set<Sink>();
  const listeners = new Set<(published: Published) => void>();
  let queue: Batch[] = [];
  const waiters = createWaiters();
  let stopped = false;

  function turn(): void {
    const batch = queue;
    queue = [];
    const started = now();
    const moved = compiler.apply(batch.flatMap(({ changes }) => changes));
    const compiled = now();
    const told = worlds.update(moved);
    const emitMs = now() - compiled;
    const at = Math.min(...batch.map((each) => each.at));
    for (const listener of listeners) listener({ ...told, at, compileMs: compiled - started, emitMs });
    if (queue.length === 0) waiters.release();
  }

  const pacer = createPacer(now, turn);

  return {
    graph: compiler.graph,
    get published() {
      return worlds.published;
    },
    addSource() {
      const sink: Sink = (changes, at) => {
        if (stopped) return;
        const first = silent.delete(sink);
        if (changes.length === 0 && !first) return;
        queue.push({ changes, at });
        if (silent.size === 0) pacer.schedule();
      };
      silent.add(sink);
      return sink;
    },
    draft(changes) {
      if (!stopped) worlds.prepare(compiler.apply(changes));
    },
    demand: (dialect) => worlds.add(dialect),
    served: (dialect) => worlds.served.get(dialect) ?? null,
    onPublished(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    idle: () =>
      new Promise((resolve) => {
        waiters.add(resolve);
        if (!pacer.scheduled && queue.length === 0) waiters.release();
      }),
    stop() {
      stopped = true;
      pacer.stop();
      queue = [];
      waiters.release();
    },
  };
}
