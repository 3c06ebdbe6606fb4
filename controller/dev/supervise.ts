import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/**
 * Everything here hangs on one fact: a pipe closes when the process that holds its other end is gone, be it
 * by kill -9. Each script reads fd 3, which only this process can write to, and cleans up when the read
 * ends. Scripts are constants and take their values as arguments; both run on any POSIX sh.
 */
const runScript = `
"$@" 3<&- </dev/null &
child=$!
(
  while read -r _ <&3; do :; done
  kill -TERM "$child" 2>/dev/null
  tries=0
  while kill -0 "$child" 2>/dev/null && [ "$tries" -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -KILL "$child" 2>/dev/null
) &
guard=$!
wait "$child"
code=$?
exec 3<&-
kill "$guard" 2>/dev/null
exit "$code"
`;

const keepScript = `
while read -r _ <&3; do :; done
tries=0
while [ -e "$1" ] && [ "$tries" -lt 50 ]; do rm -rf "$1" 2>/dev/null || sleep 0.1; tries=$((tries + 1)); done
`;

export interface Guarded {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the child has ended, with its exit code (128 + signal where a signal ended it). */
  readonly ended: Promise<number>;
  /** Ends the child: TERM, and KILL after two seconds. */
  stop(): Promise<void>;
}

function start(script: string, args: readonly string[]): ChildProcess {
  // A session of its own: Ctrl-C in the terminal reaches us and not the children, so that we end them in order.
  return spawn('/bin/sh', ['-c', script, 'sh', ...args], { detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
}

function leash(child: ChildProcess): Writable {
  const pipe = child.stdio[3] as Writable;
  // The child may be gone first; writing its end is then no news.
  pipe.on('error', () => {});
  return pipe;
}

function endOf(child: ChildProcess): Promise<number> {
  return new Promise((done) => {
    child.once('error', () => done(127));
    child.once('exit', (code) => done(code ?? 137));
  });
}

/** Runs a program that cannot outlive this process. */
export function runGuarded(program: string, args: readonly string[]): Guarded {
  const child = start(runScript, [program, ...args]);
  const pipe = leash(child);
  const ended = endOf(child);
  // Where the shell itself was killed, closing the pipe makes its guard end the program.
  void ended.then(() => pipe.destroy());
  return {
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    ended,
    async stop() {
      pipe.destroy();
      await ended;
    },
  };
}

/** Removes the directory when this process ends, however it ends, or when the returned function is called. */
export function removeAtEnd(directory: string): () => Promise<void> {
  const child = start(keepScript, [directory]);
  const pipe = leash(child);
  const ended = endOf(child);
  return async () => {
    pipe.destroy();
    await ended;
  };
}
