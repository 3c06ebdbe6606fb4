import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

/** How long the operating system itself takes to tell of a rename, seen by a process that does nothing else. */
export interface WatcherDelay {
  /** A file was renamed at that time of `performance.now()`. */
  renamed(file: string, at: number): void;
  /** The delays in milliseconds. */
  close(): readonly number[];
}

export async function startWatcherDelay(directory: string): Promise<WatcherDelay> {
  const child: ChildProcess = fork(new URL('watcher-worker.ts', import.meta.url), [directory], {
    execPath: process.execPath,
  });
  await once(child, 'message');
  const seen = new Map<string, number[]>();
  const renamed: { readonly file: string; readonly at: number }[] = [];
  child.on('message', ({ file, at }: { file: string; at: number }) => {
    seen.set(file, [...(seen.get(file) ?? []), at - performance.timeOrigin]);
  });
  return {
    renamed: (file, at) => void renamed.push({ file, at }),
    close() {
      child.kill();
      const delays = renamed.map(({ file, at }) => (seen.get(file) ?? []).find((time) => time >= at));
      return delays.flatMap((time, index) => (time === undefined ? [] : [time - (renamed[index]?.at ?? 0)]));
    },
  };
}
