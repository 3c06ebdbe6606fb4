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

/** Takes orders for as long as this process lives. */
export function openControl(path: string, parts: RunningParts): Promise<void> {
  const obey = async ({ type, name }: PartOrder): Promise<void> => {
    if (type === 'stop-part') await parts.stop(name);
    else parts.again(name);
  };
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
