import { connect, createServer, type Server, type Socket } from 'node:net';
import { codeOf, Fault } from '../../controller/fault.ts';
import type { Joinable } from './namespace.ts';

/**
 * A rig is found by a socket in Linux's abstract namespace, which its owner holds: the kernel gives a name to one
 * process at a time and forgets it with that process, so that no file can be left behind.
 * https://man7.org/linux/man-pages/man7/unix.7.html
 */
function address(name: string): string {
  return `\0kubectl-contour-rig/${process.getuid?.()}/${name}`;
}

const stopWord = 'stop\n';

export interface Claim {
  /** Tells everybody who asks, also those who asked before, how to join. */
  publish(rig: Joinable): void;
  release(): void;
}

/** Takes a name; whoever asks for the rig is answered once it is up. `onStop` is called when it is told to end. */
export function claim(name: string, onStop: () => void): Promise<Claim> {
  const up = Promise.withResolvers<Joinable>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.on('data', () => onStop());
    void up.promise.then((rig) => socket.write(`${JSON.stringify(rig)}\n`));
  });
  return listen(server, name, () => ({
    publish: up.resolve,
    release() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  }));
}

function listen(server: Server, name: string, claimed: () => Claim): Promise<Claim> {
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      fail(codeOf(error) === 'EADDRINUSE' ? new Fault(`the rig ${name} is up already`) : error);
    });
    server.listen(address(name), () => done(claimed()));
  });
}

function call(name: string): Promise<Socket | null> {
  return new Promise((done, fail) => {
    const socket = connect(address(name));
    socket.once('connect', () => done(socket));
    socket.once('error', (error) => (codeOf(error) === 'ECONNREFUSED' ? done(null) : fail(error)));
  });
}

/** The rig of that name, once it is up; null where there is none, or none any more. */
export async function find(name: string): Promise<Joinable | null> {
  const socket = await call(name);
  if (socket === null) return null;
  let said = '';
  try {
    for await (const chunk of socket) {
      said += String(chunk);
      if (said.endsWith('\n')) return JSON.parse(said) as Joinable;
    }
  } finally {
    socket.destroy();
  }
  return null;
}

/** Ends the rig of that name and waits until it is gone. False where there was none. */
export async function stop(name: string): Promise<boolean> {
  const socket = await call(name);
  if (socket === null) return false;
  socket.write(stopWord);
  socket.resume();
  await new Promise((done) => socket.once('close', done));
  return true;
}
