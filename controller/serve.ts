import { defaultEnvoySettings } from '../xds/envoy/settings.ts';
import { type CompileSettings, defaultSettings } from '../routing/graph/settings.ts';
import type { XdsTls } from '../xds/serve/server.ts';
import type { ServeConfig, SocketConfig } from './config.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { codeOf, Fault, messageOf } from './fault.ts';
import { createLog, type Log } from './log.ts';
import { logEnvoys } from './log-envoys.ts';
import { createFaultLog } from './log-faults.ts';
import { logObjects } from './log-objects.ts';
import { heapGrowth, setHeapGrowth } from './heap.ts';
import type { Io } from './io.ts';
import { openSource, type OpenedSource } from './source/open.ts';
import type { Source } from './source/source.ts';
import { podDoor } from './statistics/pod-door.ts';
import { openXdsCertificate } from './xds-certificate/open.ts';

function hostPort({ address, port }: SocketConfig): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function logTurns(log: Log, daemon: Daemon, locate: Source['locate']): void {
  daemon.loop.onPublished(({ change, compileMs, emitMs }) => {
    const { hosts, endpoints, secrets } = change;
    const sizes = { hosts: hosts.size, endpoints: endpoints.size, secrets: secrets.size };
    log('debug', 'published', { ...sizes, compileMs, emitMs });
    const statuses = [...change.objects].flatMap((key) => daemon.loop.graph.objects.get(key) ?? []);
    logObjects(log, statuses, locate);
  });
}

async function listen(daemon: Daemon, xds: SocketConfig): Promise<string> {
  try {
    return await daemon.xds.listen(hostPort(xds));
  } catch (error) {
    const why = codeOf(error) === 'EADDRINUSE' ? 'is already in use' : `cannot be used: ${messageOf(error)}`;
    throw new Fault(`port ${xds.port} (xds) ${why}`);
  }
}

function openDaemon(
  config: ServeConfig,
  compile: CompileSettings,
  opened: OpenedSource,
  tls: XdsTls | null,
): Promise<Daemon> {
  return startDaemon({
    ...opened,
    compile,
    envoy: {
      ...defaultEnvoySettings,
      http: config.envoyHttp,
      https: config.envoyHttps,
      useProxyProtocol: config.useProxyProtocol,
    },
    xds: { tls },
    debug: config.debug,
    health: config.health,
    statisticsOf: podDoor,
  });
}

/** Resolves when there is something to serve. */
function firstWorld({ loop }: Daemon): Promise<void> {
  if (loop.published) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = loop.onPublished(() => {
      stop();
      resolve();
    });
  });
}

/** Serves from when the source has been read; a cluster may let us wait, and we may be told to end before. */
async function serveFrom(
  config: ServeConfig,
  { source, reads }: OpenedSource,
  daemon: Daemon,
  log: Log,
): Promise<void> {
  const { sink, draft } = daemon.addSource();
  // An Envoy that asks before there is a world waits for its answer: refused, it would stay away for seconds.
  const xds = await listen(daemon, config.xds);
  await source.start((changes, { at }) => sink(changes, at), draft);
  await firstWorld(daemon);
  setHeapGrowth(heapGrowth.serving);
  const health = daemon.healthPort === null ? {} : { health: daemon.healthPort };
  log('info', 'serving', { ...reads, xds, debug: daemon.debugPort, ...health });
}

/** Serves until `end` resolves; answers its value. Throws a Fault where it cannot start. */
export async function serve(config: ServeConfig, io: Io, end: Promise<number>): Promise<number> {
  const log = createLog({ ...config.log, out: io.stderr, now: () => new Date() });
  const { rootNamespaces, ingressClassNames } = config;
  const compile = { ...defaultSettings, rootNamespaces, ingressClassNames };
  const certificate = config.tls === null ? null : await openXdsCertificate(config.tls);
  const opened = await openSource(config, compile, { env: io.env, log });
  const daemon = await openDaemon(config, compile, opened, certificate?.tls ?? null);
  const stopFollowing = certificate?.follow(daemon.renew, log);
  const { source } = opened;
  try {
    logTurns(log, daemon, source.locate);
    logEnvoys(log, daemon.xds);
    source.onFaults(createFaultLog(log));
    const isServing = await Promise.race([
      serveFrom(config, opened, daemon, log).then(() => true),
      end.then(() => false),
    ]);
    const status = isServing ? opened.startStatus?.(daemon) : null;
    const code = await end;
    log('info', 'stopping');
    await status?.stop();
    return code;
  } finally {
    stopFollowing?.();
    source.stop();
    await daemon.close();
  }
}
