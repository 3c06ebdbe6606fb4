import { appendFileSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { EventEmitter } from 'node:events';

export interface LogLine {
  /** RFC 3339, with nanoseconds. */
  readonly time: string;
  readonly text: string;
}

/** What a container has printed in this run of it and in the one before. */
export interface Log {
  print(stream: 'stdout' | 'stderr', chunk: Buffer): void;
  /** The container starts again. */
  turn(): void;
  lines(isPrevious: boolean): readonly LogLine[];
  /** The container has ended. */
  finish(): void;
  /** Calls `take` with each line from now on and `over` at the end, until the function that is returned is called. */
  follow(take: (line: LogLine) => void, over: () => void): () => void;
}

function parse(line: string): LogLine {
  const space = line.indexOf(' ');
  return { time: line.slice(0, space), text: line.slice(space + 1) };
}

export function openLog(file: string): Log {
  const lines = new EventEmitter({ captureRejections: false }).setMaxListeners(0);
  const rest = new Map<string, string>();
  const write = (text: string): void => {
    const line = { time: `${new Date().toISOString().slice(0, -1)}000000Z`, text };
    appendFileSync(file, `${line.time} ${text}\n`);
    lines.emit('line', line);
  };
  let isOver = false;
  const flush = (): void => {
    for (const text of rest.values()) if (text !== '') write(text);
    rest.clear();
  };
  return {
    print(stream, chunk) {
      const all = ((rest.get(stream) ?? '') + chunk.toString()).split('\n');
      rest.set(stream, all.pop() ?? '');
      for (const text of all) write(text);
    },
    turn() {
      flush();
      isOver = false;
      if (existsSync(file)) renameSync(file, `${file}.previous`);
      else rmSync(`${file}.previous`, { force: true });
    },
    lines(isPrevious) {
      const place = isPrevious ? `${file}.previous` : file;
      const written = existsSync(place) ? readFileSync(place, 'utf8').split('\n').slice(0, -1) : [];
      return written.map(parse);
    },
    finish() {
      flush();
      isOver = true;
      lines.emit('over');
    },
    follow(take, over) {
      if (isOver) over();
      lines.on('line', take).once('over', over);
      return () => lines.off('line', take).off('over', over);
    },
  };
}
