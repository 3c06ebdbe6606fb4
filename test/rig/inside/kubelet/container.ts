import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastWord } from './confine.ts';
import { makePipe } from './pipes.ts';

/** A container's first process. */
export interface Running {
  /** In the rig's namespace of processes. */
  readonly pid: number;
  /** The exit code; 128 and the signal where it was ended by one. */
  readonly ended: Promise<number>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface ContainerStart {
  /** The namespace of the Pod's network, as a file. */
  readonly network: string;
  readonly script: string;
  /** A path for pipes that nobody else has. */
  readonly fifo: string;
  /** Takes what it prints. */
  readonly print: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

/**
 * Whose first child is the first process of the new namespace, and which tells how that ended. `unshare --fork` would
 * take itself for failed where it is killed, and a shell has something to say, which is not the container's.
 */
const parent = 'exec 5>&2 2>/dev/null; (exec sh -c "$1" 2>&5 5>&-); exit $?';

/** The one child of `parent`. */
function onlyChild(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

/** Resolves with the last word of the script; rejects with what it said where that does not come. */
async function begun(words: Readable): Promise<void> {
  let said = '';
  for await (const chunk of words) {
    said += String(chunk);
    if (said.endsWith(lastWord)) return;
  }
  throw new Error(said.trim());
}

/** Starts a container. Rejects where its files cannot be made, with what the system says. */
export async function startContainer({ network, script, fifo, print }: ContainerStart): Promise<Running> {
  const spaces = ['--mount', '--uts', '--ipc', '--pid', '--propagation=private'];
  const words = [`--net=${network}`, '--', 'unshare', ...spaces, '--', 'sh', '-c', parent, 'sh', script];
  const [stdout, stderr] = await Promise.all([makePipe(`${fifo}-out`), makePipe(`${fifo}-err`)]);
  const child = spawn('nsenter', words, { stdio: ['ignore', stdout.fd, stderr.fd, 'pipe'] });
  for (const pipe of [stdout, stderr]) pipe.given();
  stdout.reader.on('data', (chunk: Buffer) => print('stdout', chunk));
  stderr.reader.on('data', (chunk: Buffer) => print('stderr', chunk));
  const drained = [stdout, stderr].map(({ reader }) => once(reader, 'close'));
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const ended = Promise.all([exited, ...drained]).then(([[code]]) => code ?? 137);
  // Whoever waits for it hears of a failure to start from the pipe already.
  ended.catch(() => {});
  await begun(child.stdio[3] as Readable);
  // It may have ended by now.
  const pid = child.exitCode === null && child.signalCode === null ? firstProcess(child.pid ?? 0) : 0;
  return {
    pid,
    ended,
    kill(signal) {
      if (child.exitCode !== null || child.signalCode !== null || pid === 0) return;
      try {
        process.kill(pid, signal);
      } catch {
        // Gone in between.
      }
    },
  };
}

function firstProcess(shell: number): number {
  try {
    return onlyChild(shell);
  } catch {
    return 0;
  }
}

/** Asks it to end, and ends it after `graceMs`. */
export async function endContainer(running: Running, graceMs: number): Promise<void> {
  running.kill('SIGTERM');
  const late = new AbortController();
  const timer = sleep(graceMs, undefined, { signal: late.signal }).then(
    () => running.kill('SIGKILL'),
    () => {},
  );
  await running.ended;
  late.abort();
  await timer;
}
