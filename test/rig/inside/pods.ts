import { type EchoListener, openEcho } from '../../../controller/dev/echo.ts';
import { messageOf } from '../../../controller/fault.ts';
import type { Api } from './api.ts';
import { follow, type Sink } from './follow.ts';
import { isRun } from './kubelet/images.ts';
import type { Pod } from './kubelet/pod.ts';

function openPort({ metadata, status }: Pod, port: number): Promise<EchoListener | null> {
  const { namespace, name } = metadata;
  const address = status.podIP ?? '';
  return openEcho({ namespace, pod: name, address, port }, { host: address, port }).catch((error: unknown) => {
    process.stderr.write(`no answers for ${namespace}/${name} on ${address}:${port}: ${messageOf(error)}\n`);
    return null;
  });
}

function portsOf(pod: Pod): readonly number[] {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  return [...new Set(ports.filter((port) => port.protocol === 'TCP').map((port) => port.containerPort))];
}

function answers(pod: Pod): boolean {
  const { phase, podIP } = pod.status;
  return phase === 'Running' && pod.spec.hostNetwork !== true && podIP !== undefined && !isRun(pod);
}

/** A listener for each TCP port that a running Pod declares; what it does not declare is refused by the kernel. */
function createListeners(): Sink<Pod> {
  const open = new Map<string, Promise<readonly (EchoListener | null)[]>>();
  const close = (uid: string): void => {
    const listeners = open.get(uid);
    open.delete(uid);
    void listeners?.then((all) => Promise.all(all.map(async (listener) => listener?.close())));
  };
  return {
    put(pod) {
      const { uid } = pod.metadata;
      if (!answers(pod)) close(uid);
      else if (!open.has(uid)) open.set(uid, Promise.all(portsOf(pod).map((port) => openPort(pod, port))));
    },
    remove: (pod) => close(pod.metadata.uid),
    keepOnly(uids) {
      for (const uid of open.keys()) if (!uids.has(uid)) close(uid);
    },
  };
}

/** Answers at the address of every Pod that runs nothing, for as long as this process lives. */
export function answerForPods(api: Api): Promise<void> {
  return follow(api, '/api/v1/pods', createListeners());
}
