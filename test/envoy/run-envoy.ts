import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { testEnvoy } from '../support/envoy.ts';

/** Starts an Envoy on a bootstrap, with more arguments. Returns how to stop it. */
export async function runEnvoy(config: string, ...more: readonly string[]): Promise<() => Promise<void>> {
  const binary = await testEnvoy();
  const options = ['--concurrency', '1', '--disable-hot-restart', '-l', 'warning'];
  const envoy = spawn(binary, ['-c', config, ...options, ...more], { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(envoy, 'spawn');
  return async () => {
    if (envoy.exitCode !== null) return;
    const ended = once(envoy, 'exit');
    envoy.kill('SIGKILL');
    await ended;
  };
}
