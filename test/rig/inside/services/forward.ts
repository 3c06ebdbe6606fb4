import { connect, createServer, type Server, type Socket } from 'node:net';
import { joinSockets } from '../door.ts';
import type { Backend } from './state.ts';

/** Opens a connection to somebody who answers; rejects where nobody does. */
export type Dial = () => Promise<Socket>;

/** A listener that leads on to whoever answers at the time. */
export interface Forward {
  /** Nobody answers where it is null: connections are refused by the kernel. */
  to(dial: Dial | null): void;
}

export function dialTo({ host, port }: Backend): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.once('connect', () => done(socket)).once('error', fail);
  });
}

/** One after the other; who does not answer is passed over. */
export function inTurn(backends: readonly Backend[]): Dial {
  let next = 0;
  return async () => {
    next += 1;
    let reason: unknown = null;
    for (let tries = 0; tries < backends.length; tries += 1) {
      const backend = backends[(next + tries) % backends.length] as Backend;
      try {
        return await dialTo(backend);
      } catch (error) {
        reason = error;
      }
    }
    throw reason;
  };
}

export function createForward(host: string, port: number): Forward {
  let dial: Dial | null = null;
  let server: Server | null = null;
  const accept = (outer: Socket): void => {
    outer.once('error', () => outer.destroy());
    if (dial === null) outer.destroy();
    else
      dial().then(
        (inner) => joinSockets(outer, inner),
        () => outer.destroy(),
      );
  };
  return {
    to(next) {
      dial = next;
      if (next === null) {
        server?.close();
        server = null;
      } else if (server === null) {
        server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
        server.once('error', (error) => process.stderr.write(`nothing listens on ${host}:${port}: ${error.message}\n`));
        server.listen({ host, port });
      }
    },
  };
}
