import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { inject } from 'vitest';

/** What a run left behind. */
export interface Finished {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What it reads from standard input; nothing where it is left out. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** The plugin as it is shipped. */
export interface BuiltPlugin {
  readonly file: string;
  readonly metafile: Metafile;
  run(args: readonly string[], options?: RunOptions): Promise<Finished>;
  /** Starts it with its output on pipes; the test ends it. */
  start(args: readonly string[], options?: SpawnOptions): ChildProcess;
}

export const golden = fileURLToPath(new URL('golden/', import.meta.url));

/** A run that takes longer hangs. */
const RUN_MS = 20_000;

/** The plugin that was built before the first test. */
export function builtPlugin(): BuiltPlugin {
  const folder = inject('pluginFolder');
  const metafile = JSON.parse(readFileSync(join(folder, 'metafile.json'), 'utf8')) as Metafile;
  return pluginAt(join(folder, 'dist', 'kubectl-contour.js'), metafile);
}

function pluginAt(file: string, metafile: Metafile): BuiltPlugin {
  const start = (args: readonly string[], options: SpawnOptions = {}): ChildProcess =>
    spawn(process.execPath, [file, ...args], { stdio: 'pipe', timeout: RUN_MS, killSignal: 'SIGKILL', ...options });
  const run = async (args: readonly string[], { stdin = '', env = {}, cwd }: RunOptions = {}): Promise<Finished> => {
    const child = start(args, { env: cleanEnv(env), ...(cwd === undefined ? {} : { cwd }) });
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
    return finished(child);
  };
  return { file, metafile, run, start };
}

/** Nothing of the environment of the tests may choose colours or a controller. */
export function cleanEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_DISABLE_COMPILE_CACHE: '1', ...env };
}

export async function finished(child: ChildProcess): Promise<Finished> {
  const end = new Promise<number | null>((resolve, reject) => {
    child.on('close', (code) => resolve(code));
    child.on('error', reject);
  });
  const [code, stdout, stderr] = await Promise.all([
    end,
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
