import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One end for a child to write into, the other to read here until nobody has the first one any more. */
export interface Pipe {
  readonly fd: number;
  readonly reader: Socket;
  /** Closes the end that was given to a child. */
  given(): void;
}

/**
 * A pipe as containers have it. What Node gives to its children is a socket, which cannot be opened by its name:
 * `/dev/stdout` would not be for writing. Whoever the container's user is may.
 */
export async function makePipe(path: string): Promise<Pipe> {
  await run('mkfifo', ['-m', '666', path]);
  const from = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = openSync(path, constants.O_WRONLY);
  rmSync(path);
  return { fd, reader: new Socket({ fd: from, readable: true, writable: false }), given: () => closeSync(fd) };
}
