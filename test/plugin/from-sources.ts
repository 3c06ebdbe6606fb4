import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cleanEnv, finished, type Finished } from './built-plugin.ts';

const pluginSource = fileURLToPath(new URL('../../plugin/bin.ts', import.meta.url));

/** A run that takes longer hangs. */
const runMs = 30_000;

/** The plugin as it is in the sources, for tests that have no bundle, and as it is when no kubeconfig is in a home. */
export function startPlugin(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const options = { env: cleanEnv({ HOME: '/nowhere', ...env }), timeout: runMs, killSignal: 'SIGKILL' } as const;
  return spawn(process.execPath, [pluginSource, ...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
}

export function runPlugin(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Finished> {
  return finished(startPlugin(args, env));
}
