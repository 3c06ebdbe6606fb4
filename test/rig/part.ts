import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Fault } from '../../controller/fault.ts';
import type { Answer, PartOrder } from './inside/control.ts';
import type { Joinable } from './namespace.ts';
import { controlIn } from './place.ts';
import { seenFromOutside } from './reach.ts';
import { inside } from './run.ts';

async function order(rig: Joinable, what: PartOrder): Promise<void> {
  const socket = connect({ path: seenFromOutside(rig, controlIn(rig.place.folder)), allowHalfOpen: true });
  socket.write(`${JSON.stringify(what)}\n`);
  const answer = JSON.parse(await text(socket)) as Answer;
  if (!answer.done) throw new Fault(answer.message);
}

/**
 * Kills a part, and the rig goes on without it: `kube-apiserver`, with which those end that follow it, but no Pod; or
 * `etcd`, `kube-controller-manager`, `kube-scheduler`, `kwok`. Throws where no such part runs.
 */
export function stopPart(rig: Joinable, name: string): Promise<void> {
  return order(rig, { type: 'stop-part', name });
}

/** Starts a part again that was stopped, with what was stored, and waits for the API server to be ready. */
export function startPart(rig: Joinable, name: string): Promise<void> {
  return order(rig, { type: 'start-part', name });
}

interface Statuses {
  readonly status: {
    readonly containerStatuses: readonly { readonly name: string; readonly containerID: string }[];
  };
}

/** Kills the first process of a container, with signal 9 where no other is given. The rig starts it again. */
export async function killContainer(
  rig: Joinable,
  place: { readonly namespace: string; readonly pod: string; readonly container: string },
  signal = 'KILL',
): Promise<void> {
  const { namespace, pod, container } = place;
  const { status } = JSON.parse(
    await inside(rig, ['kubectl', 'get', 'pod', pod, '-n', namespace, '-o', 'json']),
  ) as Statuses;
  // A containerID says where the process is: rig://PID.
  const pid = status.containerStatuses.find(({ name }) => name === container)?.containerID.slice('rig://'.length);
  if (pid === undefined) throw new Fault(`no container ${container} runs in ${namespace}/${pod}`);
  await inside(rig, ['kill', `-${signal}`, pid]);
}
