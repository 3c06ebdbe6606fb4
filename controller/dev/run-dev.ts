import type { Writable } from 'node:stream';
import { ManifestSourceError } from '../../files/source-error.ts';
import { Fault } from '../fault.ts';
import type { Io } from '../io.ts';
import { printable } from '../printable.ts';
import { awaitEnd } from '../signals.ts';
import { devHelp, parseDev, type DevConfig } from './dev-config.ts';
import { checkPorts, type NamedPort } from './ports.ts';
import { startStage, type StagePorts } from './stage.ts';

function lineWriter(stream: Writable): (line: string) => void {
  // A reader that left (`contour dev | head`) is no reason to stop serving.
  stream.on('error', () => {});
  return (line) => void stream.write(`${printable(line)}\n`);
}

async function serveUntil(end: Promise<number>, config: DevConfig, ports: Omit<StagePorts, 'atEnd'>): Promise<number> {
  // `npm start` takes ports from variables and gives them as flags that nobody typed.
  const isNpmStart = ports.env['CONTOUR_DEV_STARTED_BY'] === 'npm start';
  const named = (name: string, port: number): NamedPort => ({
    name,
    port,
    setting: isNpmStart ? `PORT_${name.toUpperCase()}=PORT npm start` : `--${name}-port`,
  });
  await checkPorts([
    named('http', config.httpPort),
    named('https', config.httpsPort),
    named('debug', config.debugPort),
  ]);
  const cleanups: (() => Promise<void>)[] = [];
  try {
    const stage = startStage(config, { ...ports, atEnd: (cleanup) => cleanups.push(cleanup) });
    return await Promise.race([end, stage.then(({ failed }) => failed)]);
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup();
  }
}

/** Runs `contour dev` until it is asked to end; answers its exit code. Everything it started has ended by then. */
export async function runDev(argv: readonly string[], io: Io): Promise<number> {
  const [say, complain] = [lineWriter(io.stdout), lineWriter(io.stderr)];
  const { end, forget } = awaitEnd(io.signals);
  try {
    const config = parseDev(argv);
    if (config !== null) return await serveUntil(end, config, { env: io.env, say, complain });
    io.stdout.write(devHelp);
    return 0;
  } catch (error) {
    if (!(error instanceof Fault || error instanceof ManifestSourceError)) throw error;
    complain(`error: ${error.message}`);
    return 1;
  } finally {
    forget();
  }
}
