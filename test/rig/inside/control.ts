import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { messageOf } from '../../../controller/fault.ts';
import type { RunningParts } from './parts.ts';

/** What can be asked of a rig while it is up: a line of JSON, answered by another one. */
export interface PartOrder {
  readonly type: 'stop-part' | 'start-part';
  readonly name: string;
}

export type Answer = { readonly done: true } | { readonly done: false; readonly message: string };

/**
 * Those that end, as leaders who lose their lease, when they miss the API server for a while, and that are started anew
 * when it is back. Here they have no lease, and would go on with what they knew, and ask again ever less often. (kwok does,
 * but would forget which addresses it has given.)
 */
const leaning = ['kube-controller-manager', 'kube-scheduler'];

async function stop(parts: RunningParts, name: string): Promise<void> {
  await parts.stop(name);
  if (name === 'kube-apiserver') await Promise.all(leaning.map((other) => parts.stop(other)));
}

async function again(parts: RunningParts, name: string, untilReady: () => Promise<void>): Promise<void> {
  parts.again(name);
  await untilReady();
  if (name === 'kube-apiserver') for (const other of leaning) parts.again(other);
}

/** Takes orders for as long as this process lives. `untilReady` waits for the API server. */
export function openControl(path: string, parts: RunningParts, untilReady: () => Promise<void>): Promise<void> {
  const obey = ({ type, name }: PartOrder): Promise<void> =>
    type === 'stop-part' ? stop(parts, name) : again(parts, name, untilReady);
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface(socket).on('line', (line) => {
      const say = (answer: Answer): void => void socket.end(`${JSON.stringify(answer)}\n`);
      obey(JSON.parse(line) as PartOrder).then(
        () => say({ done: true }),
        (error: unknown) => say({ done: false, message: messageOf(error) }),
      );
    });
  });
  return new Promise((done, fail) => {
    server.once('error', fail).listen(path, done);
  });
}
