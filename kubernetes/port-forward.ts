import { Duplex } from 'node:stream';
import type { Access } from './access.ts';
import { ConnectionError } from './errors.ts';
import { openWebSocket, type WebSocket } from './web-socket.ts';

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/** Channels of the one port that is asked for. */
const channels = { data: 0, error: 1 } as const;
/** Each channel begins with the number of its port. */
const portLength = 2;

/**
 * A connection to a port of a Pod, through the API server: one WebSocket, as every kubelet has served it since
 * Kubernetes 1.7. Needs the right to get and create pods/portforward. Rejects with a KubernetesError.
 * https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/cri-streaming/pkg/streaming/portforward/websocket.go
 */
export async function dialPod(
  access: Access,
  { namespace, pod, port }: PodPort,
  userAgent: string,
  signal: AbortSignal,
): Promise<Duplex> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward`;
  const query = { ports: String(port) };
  const socket = await openWebSocket(access, { path, query, protocol: 'v4.channel.k8s.io', userAgent, signal });
  return streamOn(socket);
}

function streamOn(socket: WebSocket): Duplex {
  let resume = (): void => {};
  const stream = new Duplex({
    read: () => resume(),
    write(chunk: Buffer, _encoding, done) {
      socket.send(Buffer.concat([Buffer.from([channels.data]), chunk]), () => done());
    },
    // The protocol cannot say that one side has finished and still listens.
    final: (done) => done(),
    destroy(error, done) {
      socket.close();
      done(error);
    },
  });
  const deliver = async (data: Buffer): Promise<void> => {
    const wanted = new Promise<void>((resolve) => (resume = resolve));
    if (!stream.push(data)) await wanted;
  };
  void pump(socket, deliver).then(
    () => stream.push(null),
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return stream;
}

async function pump(socket: WebSocket, deliver: (data: Buffer) => Promise<void>): Promise<void> {
  const left = [portLength, portLength];
  for await (const message of socket.messages()) {
    const channel = message[0] ?? channels.data;
    const skipped = Math.min(left[channel] ?? 0, message.length - 1);
    left[channel] = (left[channel] ?? 0) - skipped;
    const data = message.subarray(1 + skipped);
    if (data.length === 0) continue;
    if (channel === channels.error) throw new ConnectionError(sentence(data.toString('utf8')));
    await deliver(data);
  }
}

/** What the kubelet says goes on one line. */
function sentence(said: string): string {
  return `the kubelet says: ${said.replaceAll(/\s+/g, ' ').trim().slice(0, 300)}`;
}
