import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { welcome } from '../door.ts';
import type { Network } from './network.ts';

const door = fileURLToPath(new URL('./pod-door.ts', import.meta.url));

/** A way to the loopback of Pods. The first connection to each makes it. */
export interface Loopbacks {
  /** Opens a connection to a port of 127.0.0.1 there. Rejects where it is refused. */
  dial(network: Network, port: number): Promise<Socket>;
  close(network: Network): void;
}

interface Way {
  readonly open: Promise<void>;
  end(): void;
}

function openWay(network: Network, path: string): Way {
  const child = spawn('nsenter', [`--net=${network.file}`, '--', process.execPath, door, path], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the way into the Pod is closed');
  });
  ended.catch(() => {});
  return {
    open: Promise.race([once(child.stdout, 'data').then(() => {}), ended]),
    end: () => void child.kill('SIGKILL'),
  };
}

async function welcomed(socket: Socket): Promise<void> {
  await once(socket, 'readable');
  const word = (socket.read(1) as Buffer | null)?.toString();
  if (word === welcome) return;
  const complaint = String(socket.read() ?? 'the Pod is gone').trim();
  socket.destroy();
  throw new Error(complaint);
}

export function createLoopbacks(): Loopbacks {
  const ways = new Map<string, Way>();
  return {
    async dial(network, port) {
      const path = `${network.file}.door`;
      const way = ways.get(network.file) ?? openWay(network, path);
      ways.set(network.file, way);
      await way.open;
      const socket = connect({ path, allowHalfOpen: true });
      await once(socket, 'connect');
      socket.write(`127.0.0.1 ${port}\n`);
      await welcomed(socket);
      return socket;
    },
    close({ file }) {
      ways.get(file)?.end();
      ways.delete(file);
    },
  };
}
