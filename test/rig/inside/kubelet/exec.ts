import { spawn } from 'node:child_process';
import { asUser, inEnvironment } from './confine.ts';
import type { Running } from './container.ts';
import type { Container, Pod } from './pod.ts';

export interface ExecIn {
  readonly pod: Pod;
  readonly container: Container;
  readonly environment: ReadonlyMap<string, string>;
  readonly hasUsers: boolean;
}

/** The words that run a command beside a container's first process, as the same user, with the same environment. */
export function execWords(running: Running, place: ExecIn, command: readonly string[]): readonly string[] {
  const user = asUser(place.pod, place.container, place.hasUsers);
  const spaces = ['--mount', '--net', '--uts', '--ipc', '--pid', '--root', '--wd'];
  return ['nsenter', `--target=${running.pid}`, ...spaces, '--', ...user, ...inEnvironment(place), ...command];
}

/** Its exit code. `signal` ends it. */
export async function runWords([program = '', ...args]: readonly string[], signal: AbortSignal): Promise<number> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  try {
    return await new Promise<number>((done, fail) => {
      child.once('error', fail);
      child.once('exit', (code) => done(code ?? 137));
    });
  } finally {
    signal.removeEventListener('abort', end);
  }
}
