import { setTimeout as sleep } from 'node:timers/promises';
import { type EchoListener, openEcho } from '../../../controller/dev/echo.ts';
import { messageOf } from '../../../controller/fault.ts';
import type { Api } from './api.ts';

/** What of a Pod is read. */
interface Pod {
  readonly metadata: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly containers: readonly {
      readonly ports?: readonly { readonly containerPort: number; readonly protocol?: string }[];
    }[];
  };
  readonly status: { readonly phase?: string; readonly podIP?: string };
}

interface PodEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Pod;
}

interface PodList {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly Pod[];
}

const again = 500;

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

/** A listener for each TCP port that a running Pod declares; what it does not declare is refused by the kernel. */
function createListeners() {
  const open = new Map<string, Promise<readonly (EchoListener | null)[]>>();
  const close = (uid: string): void => {
    const listeners = open.get(uid);
    open.delete(uid);
    void listeners?.then((all) => Promise.all(all.map(async (listener) => listener?.close())));
  };
  return {
    put(pod: Pod): void {
      const { uid } = pod.metadata;
      const answers = pod.status.phase === 'Running' && pod.spec.hostNetwork !== true && pod.status.podIP !== undefined;
      if (!answers) close(uid);
      else if (!open.has(uid)) open.set(uid, Promise.all(portsOf(pod).map((port) => openPort(pod, port))));
    },
    remove: (pod: Pod) => close(pod.metadata.uid),
    keepOnly(uids: ReadonlySet<string>): void {
      for (const uid of open.keys()) if (!uids.has(uid)) close(uid);
    },
  };
}

type Listeners = ReturnType<typeof createListeners>;

async function follow(api: Api, listeners: Listeners): Promise<void> {
  const { metadata, items } = (await api.get('/api/v1/pods')) as PodList;
  listeners.keepOnly(new Set(items.map((pod) => pod.metadata.uid)));
  for (const pod of items) listeners.put(pod);
  const since = `resourceVersion=${metadata.resourceVersion}`;
  for await (const line of api.lines(`/api/v1/pods?watch=true&allowWatchBookmarks=true&${since}`)) {
    const { type, object } = line as PodEvent;
    if (type === 'ERROR') return;
    if (type === 'DELETED') listeners.remove(object);
    else if (type !== 'BOOKMARK') listeners.put(object);
  }
}

/** Answers for every Pod's address, for as long as this process lives. */
export async function answerForPods(api: Api): Promise<never> {
  const listeners = createListeners();
  for (;;) {
    await follow(api, listeners).catch((error: unknown) => {
      process.stderr.write(`the watch of Pods ended: ${messageOf(error)}\n`);
    });
    await sleep(again);
  }
}
