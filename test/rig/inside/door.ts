import { createServer, connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Makes one connection of two. */
export function joinSockets(one: Socket, other: Socket): void {
  // Where one side breaks off, so does the other.
  const broken = (): void => {
    one.destroy();
    other.destroy();
  };
  pipeline(one, other).catch(broken);
  pipeline(other, one).catch(broken);
}

/** What a door that says so puts before everything else: that it leads somewhere, or why not, on a line. */
export const welcome = '+';

function lead(outer: Socket, first: Buffer, isSaid: boolean): void {
  const end = first.indexOf('\n');
  const [host = '', port = ''] = first.subarray(0, end).toString().split(' ');
  outer.unshift(first.subarray(end + 1));
  const inner = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
  // What is refused inside is broken off outside.
  inner.once('error', (error) => {
    if (isSaid) outer.end(`-${error.message}\n`);
    else outer.destroy();
  });
  inner.once('connect', () => {
    if (isSaid) outer.write(welcome);
    joinSockets(outer, inner);
  });
}

/** Leads who is outside to addresses of the rig: a connection to this socket begins with a line `HOST PORT`. */
export function openDoor(path: string, isSaid = false): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (outer) => {
    outer.on('error', () => outer.destroy());
    outer.once('readable', () => {
      const first = outer.read() as Buffer | null;
      if (first !== null) lead(outer, first, isSaid);
    });
  });
  return new Promise((done, fail) => {
    server.once('error', fail).listen(path, done);
  });
}
