import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectedRequests } from '../../files/expectations.ts';
import { defaultSettings } from '../../routing/graph/settings.ts';
import { routeTable } from '../../routing/route-table.ts';
import { bootstrap } from '../../xds/envoy/bootstrap.ts';
import { defaultEnvoySettings } from '../../xds/envoy/settings.ts';
import { listenerName } from '../../xds/envoy/names.ts';
import { typeUrl } from '../../xds/snapshot/resource.ts';
import type { Loop } from '../loop.ts';
import { messageOf } from '../fault.ts';
import { startDaemon, type Daemon } from '../daemon.ts';
import { createDirectorySource } from '../source/directory.ts';
import type { Source } from '../source/source.ts';
import { resolveBackend } from './backends.ts';
import { curlLine, requestsFor } from './curl.ts';
import type { DevConfig } from './dev-config.ts';
import { openEcho } from './echo.ts';
import { createEndpointOverlay } from './endpoint-overlay.ts';
import { findEnvoy } from './envoy-binary.ts';
import { startEnvoy, type EnvoyProcess } from './envoy-process.ts';
import { createLiveWatch } from './live.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { tableLines } from './screen.ts';
import { removeAtEnd } from './supervise.ts';

export interface StagePorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  /** Takes how to undo what was just started; undone in reverse. */
  readonly atEnd: (cleanup: () => Promise<void>) => void;
}

export interface Stage {
  /** Resolves with an exit code when Envoy cannot be kept running. */
  readonly failed: Promise<number>;
}

const shownRows = 40;
const shownRequests = 20;
const shownOfEach = 2;
const local = '127.0.0.1';

async function privateDirectory({ atEnd }: StagePorts): Promise<string> {
  // mkdtemp makes it 0700: the sockets inside are nobody else's.
  const directory = await mkdtemp(join(tmpdir(), 'contour-'));
  atEnd(removeAtEnd(directory));
  return directory;
}

const adminSocket = (directory: string): string => join(directory, 'admin.sock');

async function openDaemon(
  config: DevConfig,
  source: Source,
  readiness: Readiness,
  directory: string,
  ports: StagePorts,
): Promise<Daemon> {
  const daemon = await startDaemon({
    compile: { ...defaultSettings, rootNamespaces: config.rootNamespaces, closed: true },
    envoy: {
      ...defaultEnvoySettings,
      http: { address: local, port: config.httpPort },
      https: { address: local, port: config.httpsPort },
    },
    xds: { tls: null, onFault: (error) => ports.complain(`error: a fault of our own: ${messageOf(error)}`) },
    debug: { address: local, port: config.debugPort },
    health: null,
    source,
    reads: { directory: config.paths.join(', ') },
    statisticsOf: () => ({ socketPath: adminSocket(directory) }),
    readyChecks: readiness.checks,
  });
  ports.atEnd(daemon.close);
  return daemon;
}

/** Connects the source to the loop, by way of what answers for Services without endpoints. */
async function openSource(
  config: DevConfig,
  source: Source,
  daemon: Daemon,
  reporter: Reporter,
  ports: StagePorts,
): Promise<void> {
  const overlay = createEndpointOverlay({
    overrides: await Promise.all(config.backends.map(resolveBackend)),
    openEcho: config.echo ? openEcho : null,
    say: ports.complain,
  });
  ports.atEnd(overlay.close);
  const { sink } = daemon.addSource();
  let order = Promise.resolve();
  ports.atEnd(async () => source.stop());
  source.onFaults(reporter.faults);
  await source.start((changes, { at, files }) => {
    // One after the other: opening a listener for one batch must not let the next one pass it.
    order = order.then(async () => {
      const complete = await overlay.through(changes);
      reporter.arriving(files);
      sink(complete, at);
    });
  });
  reporter.faults(source.faults());
  await order;
  for (const sentence of overlay.idle()) ports.complain(`warning: ${sentence}`);
  await daemon.loop.idle();
}

async function openEnvoy(
  config: DevConfig,
  daemon: Daemon,
  directory: string,
  ports: StagePorts,
): Promise<EnvoyProcess> {
  const binary = await findEnvoy({ explicit: config.envoy, env: ports.env, say: ports.complain });
  const socket = join(directory, 'xds.sock');
  await daemon.xds.listen(`unix:${socket}`);
  const file = join(directory, 'envoy.json');
  const text = JSON.stringify(bootstrap({ xds: { path: socket }, admin: { path: adminSocket(directory) } }));
  await writeFile(file, text, { mode: 0o600 });
  let hasConnected = false;
  daemon.xds.onProgress(() => {
    hasConnected ||= daemon.xds.envoys().length > 0;
  });
  const envoy = startEnvoy({ binary, config: file, say: ports.complain, hasConnected: () => hasConnected });
  ports.atEnd(envoy.stop);
  return envoy;
}

function welcome(config: DevConfig, daemon: Daemon, { say }: StagePorts): void {
  const query = { host: null, path: null, namespace: null, invalid: false };
  const rows = routeTable(daemon.loop.graph, query, { locate: () => null, programmed: () => null });
  say(`Serving ${config.paths.join(', ')}`);
  say(`  http   http://${local}:${config.httpPort}`);
  say(`  https  https://${local}:${config.httpsPort}`);
  say(`  debug  http://${local}:${daemon.debugPort}/debug/`);
  say('');
  if (rows.length === 0) say('No routes yet: every request is answered 404.');
  else tableLines(rows, shownRows).forEach(say);
  const examples = expectedRequests(config.paths).flatMap((requests) => requests.slice(0, shownOfEach));
  const requests = examples.length > 0 ? examples : requestsFor(rows, shownRequests);
  if (requests.length > 0) ['', 'Try:'].forEach(say);
  const curlPorts = { http: config.httpPort, https: config.httpsPort };
  for (const request of requests.slice(0, shownRequests)) say(`  ${curlLine(request, curlPorts)}`);
  ['', 'Edit a file, and it is live at once. Ctrl-C ends everything.', ''].forEach(say);
}

/** The ports on which Envoy is told to listen: HTTPS only where a host has a certificate. */
function portsOf(config: DevConfig, loop: Loop): readonly number[] {
  const secure = loop.served('ads-delta')?.snapshot.get(typeUrl.listener, listenerName.https) !== undefined;
  return secure ? [config.httpPort, config.httpsPort] : [config.httpPort];
}

/** Starts controller, backends and Envoy, and says what is served. Throws a Fault where one of them cannot start. */
export async function startStage(config: DevConfig, ports: StagePorts): Promise<Stage> {
  const source = createDirectorySource(config.paths);
  const readiness = createReadiness();
  const directory = await privateDirectory(ports);
  const daemon = await openDaemon(config, source, readiness, directory, ports);
  const { loop, xds } = daemon;
  const live = createLiveWatch({ envoys: () => xds.envoys(), served: loop.served });
  const reporter = createReporter({
    graph: loop.graph,
    locate: source.locate,
    live,
    say: ports.say,
    now: () => performance.now(),
    timeOfDay: () => new Date().toTimeString().slice(0, 8),
  });
  loop.onPublished(reporter.published);
  xds.onProgress(() => {
    readiness.progress(xds.envoys(), portsOf(config, loop));
    live.progress();
  });
  await openSource(config, source, daemon, reporter, ports);
  const envoy = await openEnvoy(config, daemon, directory, ports);
  void readiness.ready.then(() => {
    welcome(config, daemon, ports);
    reporter.begin();
  });
  return {
    failed: envoy.gaveUp.then((reason) => {
      ports.complain(`error: ${reason}`);
      return 1;
    }),
  };
}
