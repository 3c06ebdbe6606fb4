import { createServer, type Socket } from 'node:net';
import { messageOf } from '../../../../controller/fault.ts';
import type { Api } from '../api.ts';
import { joinSockets } from '../door.ts';
import { dialTo } from '../services/forward.ts';
import type { Kubelet } from './kubelet.ts';
import type { Pod } from './pod.ts';

/** What the part `streams` asks, as a line of JSON. Pods are NAMESPACE/NAME. */
type Order =
  | { readonly type: 'dial'; readonly pod: string; readonly port: number }
  | { readonly type: 'exec'; readonly pod: string; readonly container: string; readonly command: readonly string[] };

/** Who runs has a loopback; for who does not, an echo answers at the address. */
async function dial(kubelet: Kubelet, api: Api, pod: string, port: number): Promise<Socket> {
  const [namespace = '', name = ''] = pod.split('/');
  const run = kubelet.find(namespace, name);
  if (run !== null) return run.dial(port);
  const { status } = (await api.get(`/api/v1/namespaces/${namespace}/pods/${name}`)) as Pod;
  return dialTo({ host: status.podIP ?? '', port });
}

function words(kubelet: Kubelet, { pod, container, command }: Extract<Order, { type: 'exec' }>): readonly string[] {
  const [namespace = '', name = ''] = pod.split('/');
  const found = kubelet.find(namespace, name)?.exec(container, command) ?? null;
  if (found === null) throw new Error(`no container ${container} runs in ${pod}`);
  return found;
}

/** Tells the part `streams` how to reach Pods, for as long as this process lives. */
export function openDesk(path: string, kubelet: Kubelet, api: Api): Promise<void> {
  const obey = async (order: Order, asked: Socket): Promise<void> => {
    if (order.type === 'exec') {
      asked.end(`${JSON.stringify({ words: words(kubelet, order) })}\n`);
      return;
    }
    const socket = await dial(kubelet, api, order.pod, order.port);
    asked.write('{}\n');
    joinSockets(asked, socket);
  };
  const server = createServer({ allowHalfOpen: true }, (asked) => {
    asked.on('error', () => asked.destroy());
    asked.once('readable', () => {
      // It asks in one write, and says nothing more before it is answered, or bytes for the Pod.
      const said = asked.read() as Buffer | null;
      if (said === null) return;
      obey(JSON.parse(said.toString()) as Order, asked).catch((error: unknown) => {
        asked.end(`${JSON.stringify({ message: messageOf(error) })}\n`);
      });
    });
  });
  return new Promise((done, fail) => {
    server.once('error', fail).listen(path, done);
  });
}
