import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.ts';
import { freePorts } from './free-ports.ts';

/** A running `contour dev` with its Envoy. */
export interface ContourDev {
  readonly process: ChildProcess;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly debugUrl: string;
  /** Everything it printed so far. */
  output(): string;
  debug(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

export const contourBin = fileURLToPath(new URL('../../dist/contour.js', import.meta.url));

/** Starts `contour dev` on a folder and waits until it is ready. */
export async function startContourDev(folder: string, ...flags: readonly string[]): Promise<ContourDev> {
  const [httpPort = 0, httpsPort = 0, debugPort = 0] = await freePorts(3);
  const ports = ['--http-port', `${httpPort}`, '--https-port', `${httpsPort}`, '--debug-port', `${debugPort}`];
  const child = spawn(process.execPath, [contourBin, 'dev', '-f', folder, ...ports, ...flags], { stdio: 'pipe' });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (printed += chunk));
  const debugUrl = `http://127.0.0.1:${debugPort}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`contour dev ended with ${child.exitCode}: ${printed}`);
    const answer = await fetch(`${debugUrl}/readyz`);
    if (answer.status !== 200) throw new Error(`not ready: ${await answer.text()} ${printed}`);
  }, 30_000);
  return {
    process: child,
    httpPort,
    httpsPort,
    debugUrl,
    output: () => printed,
    debug: async (path) => (await fetch(`${debugUrl}${path}`)).json(),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}
