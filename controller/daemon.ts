import { systemClock } from '../kubernetes/clock.ts';
import { inspectKeyPair } from '../kubernetes/key-pair.ts';
import { readCertificate } from '../kubernetes/read-certificate.ts';
import { createCompiler } from '../routing/compile.ts';
import { judgeSecret } from '../routing/graph/secret.ts';
import type { CompileSettings } from '../routing/graph/settings.ts';
import type { RouteTablePorts } from '../routing/route-item.ts';
import type { EnvoySettings } from '../xds/envoy/settings.ts';
import { createWorld } from '../xds/envoy/world.ts';
import {
  createXdsServer,
  type EnvoyReport,
  type XdsServer,
  type XdsServerOptions,
  type XdsTls,
} from '../xds/serve/server.ts';
import type { SocketConfig } from './config.ts';
import { type Page, refusal } from './debug/answer.ts';
import { indexPage } from './debug/index-page.ts';
import { decodeResource } from './debug/decode-resource.ts';
import { objectsPage } from './debug/objects-page.ts';
import { healthPage, readyPage, type ReadyCheck } from './debug/ready-page.ts';
import { routesPage } from './debug/routes-page.ts';
import { type DebugServer, startDebugServer } from './debug/server.ts';
import { snapshotPage } from './debug/snapshot-page.ts';
import { statsPage } from './debug/stats-page.ts';
import { statusPage } from './debug/status-page.ts';
import { streamsPage } from './debug/streams-page.ts';
import { tracePage } from './debug/trace-page.ts';
import { treePage, type TreePageOptions } from './debug/tree-page.ts';
import { unitsPage } from './debug/units-page.ts';
import { hashes } from './hashes.ts';
import { createLastGood } from './last-good.ts';
import { createLoop, type Loop, type Sink } from './loop.ts';
import { createProgrammed } from './programmed.ts';
import { trackProgramming, type Tracking } from './programming/track.ts';
import type { Source } from './source/source.ts';
import { askDoor, type StatisticsDoor } from './statistics/door.ts';
import { createStatistics } from './statistics/statistics.ts';
import { controllerVersion } from './version.ts';

export interface DaemonOptions {
  readonly compile: CompileSettings;
  readonly envoy: Omit<EnvoySettings, 'regexMaxProgramSize'>;
  readonly xds: XdsServerOptions;
  readonly debug: SocketConfig;
  /** Where probes ask, from other machines too; null where none do. */
  readonly health: SocketConfig | null;
  readonly source: Source;
  /** What is read, as it was named. */
  readonly reads: { readonly directory: string } | { readonly cluster: string };
  /** Where an Envoy tells what it has counted; null where it cannot be asked. */
  readonly statisticsOf: (envoy: EnvoyReport) => StatisticsDoor | null;
  /** What must hold beside a published world for /readyz. */
  readonly readyChecks: () => readonly ReadyCheck[];
}

/** Loop, xDS server and debug endpoint, wired. Nothing flows before a source delivers. */
export interface Daemon {
  readonly loop: Loop;
  readonly xds: XdsServer;
  readonly programming: Tracking;
  readonly debugPort: number;
  readonly healthPort: number | null;
  /** Shows these to Envoys and peers from now on. */
  renew(tls: XdsTls): void;
  /** As the loop's, with the last certificate that could be served in place of a broken one. */
  addSource(): { readonly sink: Sink; readonly draft: Loop['draft'] };
  close(): Promise<void>;
}

/** In ms since 1970, and never going back. */
const wallClock = (): number => performance.timeOrigin + performance.now();

const inspectSecret: Parameters<typeof createLastGood>[0] = (secret) => {
  const { verdict } = judgeSecret(secret, { state: 'missing' }, inspectKeyPair);
  return verdict.state === 'invalid' ? { valid: false, reason: verdict.reason } : { valid: true };
};

function pagesOf(
  options: DaemonOptions,
  loop: Loop,
  compiler: ReturnType<typeof createCompiler>,
  xds: XdsServer,
  programming: Tracking,
): readonly Page[] {
  const envoys = (): ReturnType<XdsServer['envoys']> => xds.envoys();
  const { source, reads } = options;
  const ports: RouteTablePorts = {
    locate: (ref, pointer) => source.locate(ref, pointer),
    programmed: createProgrammed({ envoys, served: loop.served }),
  };
  const onChange = changesOf(loop, xds, source);
  const head = (): object => ({
    source: { from: 'controller', version: controllerVersion(), ...reads },
    faults: source.faults(),
  });
  const aboutTheWorld = [
    routesPage({ graph: loop.graph, ports, head, onChange }),
    statusPage({ graph: loop.graph, ports, head, onChange }),
    tracePage({ graph: loop.graph, ports, head }),
    treePage({ world: treeWorldOf(loop, compiler, ports), head, onChange }),
  ];
  const pages = [
    ...probePages(options, loop),
    ...aboutTheWorld.map((page) => oncePublished(loop, page)),
    snapshotPage({ served: loop.served, decode: decodeResource }),
    streamsPage({
      envoys,
      graph: loop.graph,
      hostOf: (dialect, type, name) => loop.served(dialect)?.world.hostOf(type, name) ?? null,
      head,
      onChange,
    }),
    statsPage({
      graph: loop.graph,
      follow: createStatistics({
        envoys,
        doorOf: options.statisticsOf,
        ask: askDoor,
        clock: { ...systemClock, now: wallClock },
      }),
      head,
    }),
    unitsPage(compiler),
    objectsPage({ graph: loop.graph, programming }),
  ];
  return [...pages, indexPage(pages)];
}

/** What there is of a first world before it is whole is not what is served. */
function oncePublished(loop: Loop, page: Page): Page {
  const missing = 'not all of the first world is read yet: try again in a moment';
  return { ...page, answer: (question) => (loop.published ? page.answer(question) : refusal(503, missing)) };
}

/** Anything that pages show has moved. */
function changesOf(loop: Loop, xds: XdsServer, source: DaemonOptions['source']) {
  const listeners = new Set<() => void>();
  const changed = (): void => listeners.forEach((listener) => listener());
  loop.onPublished(changed);
  xds.onProgress(changed);
  source.onFaults(changed);
  return (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
}

function treeWorldOf(
  { graph }: Loop,
  { object }: ReturnType<typeof createCompiler>,
  { locate }: RouteTablePorts,
): TreePageOptions['world'] {
  return { graph, locate, object, certificate: readCertificate };
}

function probePages({ readyChecks }: DaemonOptions, loop: Loop): readonly Page[] {
  const published = (): ReadyCheck => ({
    name: 'world',
    ok: loop.published,
    missing: 'the first world is not published yet',
  });
  return [readyPage(() => [published(), ...readyChecks()]), healthPage];
}

function startHealthServer(options: DaemonOptions, loop: Loop): Promise<DebugServer> | null {
  if (options.health === null) return null;
  return startDebugServer({ ...options.health, pages: probePages(options, loop), isPublic: true });
}

/** Throws a Fault where one of its endpoints cannot listen. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const compiler = createCompiler(options.compile, { inspectKeyPair });
  // One setting: what is checked here is what Envoy is told to refuse.
  const envoy = { ...options.envoy, regexMaxProgramSize: options.compile.regexMaxProgramSize };
  const xds = createXdsServer(options.xds);
  const loop = createLoop({
    compiler,
    createWorld: (dialect) => createWorld(dialect, envoy, hashes),
    xds,
    now: () => performance.now(),
  });
  xds.demand((dialect) => loop.demand(dialect));
  let tls = options.xds.tls;
  const programming = trackProgramming(loop, xds, () => tls);
  const debug = await startDebugServer({ ...options.debug, pages: pagesOf(options, loop, compiler, xds, programming) });
  const health = await startHealthServer(options, loop);
  return {
    loop,
    xds,
    programming,
    debugPort: debug.port,
    healthPort: health?.port ?? null,
    renew(fresh) {
      tls = fresh;
      xds.renew(fresh);
    },
    addSource() {
      const sink = loop.addSource();
      const lastGood = createLastGood(inspectSecret);
      return {
        sink: (changes, at) => sink(lastGood(changes), at),
        draft: (changes) => loop.draft(lastGood(changes)),
      };
    },
    async close() {
      loop.stop();
      programming.stop();
      await Promise.all([debug.close(), health?.close()]);
      await xds.close();
    },
  };
}
