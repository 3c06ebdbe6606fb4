import { connect, createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '../../../../controller/fault.ts';
import { joinSockets } from '../door.ts';
import type { Backend } from './state.ts';

/** Opens a connection to somebody who answers; rejects where nobody does. */
export type Dial = () => Promise<Socket>;

/** Listens somewhere. */
export type Open = (host: string, port: number) => Promise<Server>;

/** Listeners that lead on to whoever answers at the time. */
export interface Forwards {
  /**
   * From now on these are the places, `HOST PORT`, and who answers there. Where it is null nobody does, and the kernel
   * refuses connections.
   */
  arrange(places: ReadonlyMap<string, Dial | null>): void;
}

export const openHere: Open = (host, port) =>
  new Promise((done, fail) => {
    const server = createServer({ allowHalfOpen: true });
    server.once('error', fail).listen({ host, port }, () => done(server));
  });

export function dialTo({ host, port }: Backend): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.once('connect', () => done(socket)).once('error', fail);
  });
}

/** One after the other; who does not answer is passed over. Null where there is nobody. */
export function inTurn(backends: readonly Backend[]): Dial | null {
  if (backends.length === 0) return null;
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

function createForward(open: Open, host: string, port: number) {
  let dial: Dial | null = null;
  let opened: Promise<Server | null> | null = null;
  const accept = (outer: Socket): void => {
    outer.setNoDelay(true).once('error', () => outer.destroy());
    if (dial === null) outer.destroy();
    else
      dial().then(
        (inner) => joinSockets(outer, inner),
        () => outer.destroy(),
      );
  };
  return {
    to(next: Dial | null): void {
      dial = next;
      if (next === null) {
        void opened?.then((server) => server?.close());
        opened = null;
      } else
        opened ??= open(host, port).then(
          (server) => server.on('connection', accept),
          (error: unknown) => {
            process.stderr.write(`nothing listens on ${host}:${port}: ${messageOf(error)}\n`);
            return null;
          },
        );
    },
  };
}

export function createForwards(open: Open): Forwards {
  const all = new Map<string, ReturnType<typeof createForward>>();
  return {
    arrange(places) {
      for (const [place, forward] of all) {
        if (places.has(place)) continue;
        forward.to(null);
        all.delete(place);
      }
      for (const [place, dial] of places) {
        const [host = '', port = ''] = place.split(' ');
        const forward = all.get(place) ?? createForward(open, host, Number(port));
        all.set(place, forward);
        forward.to(dial);
      }
    },
  };
}
