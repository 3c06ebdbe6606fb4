import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { asUser, inEnvironment } from './confine.ts';
import type { Running } from './container.ts';
import type { Container, Pod } from './pod.ts';

export interface ExecIn {
  readonly pod: Pod;
  readonly container: Container;
  readonly environment: ReadonlyMap<string, string>;
  readonly hasUsers: boolean;
}

/** Runs a command beside a container's first process, as the same user and with the same environment. */
export function execIn(running: Running, place: ExecIn, command: readonly string[], stdio: StdioOptions): ChildProcess {
  const user = asUser(place.pod, place.container, place.hasUsers);
  const words = [...user, ...inEnvironment(place), ...command];
  const spaces = ['--mount', '--net', '--uts', '--ipc', '--pid', '--root', '--wd'];
  return spawn('nsenter', [`--target=${running.pid}`, ...spaces, '--', ...words], { stdio });
}

/** Its exit code. `signal` ends it. */
export function exitOf(child: ChildProcess, signal?: AbortSignal): Promise<number> {
  const end = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', end);
  return new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 137));
  }).finally(() => signal?.removeEventListener('abort', end));
}
