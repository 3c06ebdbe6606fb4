import { access, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, Fault } from '../fault.ts';
import type { Io } from '../io.ts';
import { createLog, type Log } from '../log.ts';
import { awaitEnd } from '../signals.ts';
import { drain } from './drain.ts';
import { createEnvoyAdmin, type EnvoyAdmin } from './envoy-admin.ts';
import { startShutdownManager } from './manager.ts';
import {
  type ManagerConfig,
  managerHelp,
  parseManager,
  parseShutdown,
  type ShutdownConfig,
  shutdownHelp,
} from './shutdown-config.ts';

const help = `Usage: contour envoy COMMAND [flags]

  shutdown-manager   Answer kubelet before it ends an Envoy
  shutdown           Drain an Envoy

contour envoy COMMAND --help says more.
`;

/** Runs `contour envoy …`; answers its exit code. Throws a Fault where an argument is wrong. */
export async function runEnvoyCommand([command, ...rest]: readonly string[], io: Io): Promise<number> {
  switch (command) {
    case 'shutdown-manager':
      return runManager(parseManager(rest), io);
    case 'shutdown':
      return runShutdown(parseShutdown(rest), io);
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      io.stdout.write(help);
      return 0;
    default:
      throw new Fault(`there is no command ${JSON.stringify(`envoy ${command}`)}: contour envoy --help lists them`);
  }
}

const logOf = (format: ManagerConfig['logFormat'], io: Io): Log =>
  createLog({ format, debug: false, out: io.stderr, now: () => new Date() });

async function runManager(config: ManagerConfig | null, io: Io): Promise<number> {
  if (config === null) {
    io.stdout.write(managerHelp);
    return 0;
  }
  const { end, forget } = awaitEnd(io.signals);
  try {
    const log = logOf(config.logFormat, io);
    await undoDrain(config.readyFile, createEnvoyAdmin(config.admin), log);
    const isDrained = (): Promise<boolean> =>
      access(config.readyFile).then(
        () => true,
        () => false,
      );
    const manager = await startShutdownManager({ port: config.port, isDrained, pollMs: 1_000 });
    log('info', 'serving', { port: manager.port });
    const code = await end;
    await manager.close();
    return code === 143 ? 0 : code;
  } finally {
    forget();
  }
}

/**
 * kubelet runs the hook that drains also where it restarts this container alone. Nothing is restarted in a Pod that ends,
 * so an Envoy that is draining when we start has been told so by mistake, and would stay out of service for good.
 */
async function undoDrain(readyFile: string, admin: EnvoyAdmin, log: Log): Promise<void> {
  await rm(readyFile, { force: true }).catch((error: unknown) => {
    throw new Fault(`--ready-file names ${readyFile}, which cannot be removed (${codeOf(error)})`);
  });
  const state = await admin('GET', '/ready');
  if (state.type !== 'answered' || state.body.trim() !== 'DRAINING') return;
  await admin('POST', '/healthcheck/ok');
  log('warning', 'Envoy was draining, and serves again', {});
}

async function runShutdown(config: ShutdownConfig | null, io: Io): Promise<number> {
  if (config === null) {
    io.stdout.write(shutdownHelp);
    return 0;
  }
  for (const warning of config.warnings) io.stderr.write(`warning: ${warning}\n`);
  const { end, forget } = awaitEnd(io.signals);
  const stopping = new AbortController();
  const wait = (ms: number): Promise<void> => delay(ms, undefined, { signal: stopping.signal });
  try {
    const ports = { admin: createEnvoyAdmin(config.admin), wait, log: logOf(config.logFormat, io) };
    const drained = drain(config.drain, ports).then(() => writeReadyFile(config.readyFile));
    return await Promise.race([drained.then(() => 0, unlessStopped(stopping.signal)), end]);
  } finally {
    stopping.abort();
    forget();
  }
}

/** Waiting that was cut short has nothing left to say. */
const unlessStopped =
  (signal: AbortSignal) =>
  (error: unknown): number => {
    if (signal.aborted) return 0;
    throw error;
  };

async function writeReadyFile(file: string): Promise<void> {
  try {
    await writeFile(file, '');
  } catch (error) {
    throw new Fault(`--ready-file names ${file}, which cannot be written (${codeOf(error)})`);
  }
}
