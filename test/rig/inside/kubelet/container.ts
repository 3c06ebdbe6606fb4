import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastWord } from './confine.ts';

/** How a process ended, as Kubernetes says it: 128 and the signal where it was killed. */
export interface Exit {
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
}

/** A container's first process. */
export interface Running {
  /** In the rig's namespace of processes. */
  readonly pid: number;
  readonly ended: Promise<Exit>;
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

export interface ContainerStart {
  /** The namespace of the Pod's network, as a file. */
  readonly network: string;
  readonly script: string;
  /** Takes what it prints. */
  readonly print: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
}

const signals = new Map<string, number>([
  ['SIGKILL', 9],
  ['SIGTERM', 15],
  ['SIGSEGV', 11],
  ['SIGABRT', 6],
  ['SIGINT', 2],
  ['SIGHUP', 1],
  ['SIGBUS', 7],
  ['SIGILL', 4],
  ['SIGPIPE', 13],
]);

/** The one child of `unshare`: the first process of the new namespace. */
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
export async function startContainer({ network, script, print }: ContainerStart): Promise<Running> {
  const spaces = ['--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--propagation=private'];
  const words = [`--net=${network}`, '--', 'unshare', ...spaces, '--', 'sh', '-c', script];
  const child = spawn('nsenter', words, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  child.stdout?.on('data', (chunk: Buffer) => print('stdout', chunk));
  child.stderr?.on('data', (chunk: Buffer) => print('stderr', chunk));
  const ended = new Promise<Exit>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      done({ code: code ?? 128 + (signals.get(signal ?? '') ?? 0), signal });
    });
  });
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

function firstProcess(unshare: number): number {
  try {
    return onlyChild(unshare);
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
