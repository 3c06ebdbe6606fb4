import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { codeOf, messageOf } from '../../../controller/fault.ts';
import {
  controlIn,
  dnsAddress,
  doorIn,
  kubeletPort,
  loadBalancerRange,
  nodeAddress,
  nodeName,
  type Place,
  podRange,
  serviceRange,
} from '../place.ts';
import { type Api, createApi } from './api.ts';
import { apiServer, controllerManager, etcd, etcdUrl, kwok, scheduler, streams } from './commands.ts';
import { type Credentials, credentialsIn, writeCredentials } from './credentials.ts';
import { openControl } from './control.ts';
import { openDoor } from './door.ts';
import { openDesk } from './kubelet/desk.ts';
import { listenIn } from './kubelet/foreign-listener.ts';
import { startKubelet } from './kubelet/kubelet.ts';
import { createLoopbacks } from './kubelet/loopback.ts';
import { type Network, openNetwork as openPodNetwork } from './kubelet/network.ts';
import { serveKubelet } from './kubelet/server.ts';
import { createParts, type RunningParts } from './parts.ts';
import { answerForPods } from './pods.ts';
import { serveNames } from './services/dns.ts';
import { openFront } from './services/front.ts';
import { type Services, serveServices } from './services/proxy.ts';
import { writeStages } from './stages.ts';

const run = promisify(execFile);
const readyTimeoutMs = 90_000;

type Fail = (message: string) => void;

/** The kernel makes the whole range ours: whoever listens on an address of it is reached. */
async function openNetwork(): Promise<void> {
  await run('ip', ['link', 'set', 'lo', 'up']).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') throw new Error('there is no ip on PATH: install iproute2', { cause: error });
    throw error;
  });
  for (const range of [podRange, serviceRange, loadBalancerRange])
    await run('ip', ['route', 'add', 'local', range, 'dev', 'lo']);
  // Pods that run have wires of their own, and reach each other through here.
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
}

async function until(what: string, attempt: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw new Error(`${what} (${messageOf(error)})`, { cause: error });
      await sleep(50);
    }
  }
}

function etcdAnswers(): Promise<void> {
  return new Promise((done, fail) => {
    const request = http.get(`${etcdUrl}/health`, (response) => {
      response.resume();
      if (response.statusCode === 200) done();
      else fail(new Error(`health is ${response.statusCode}`));
    });
    request.once('error', fail);
  });
}

interface Node {
  readonly spec: { readonly taints?: readonly unknown[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Pods can be made and run: the node takes them, and the account that they run as is there. */
async function takesPods(api: Api): Promise<void> {
  await api.get('/api/v1/namespaces/default/serviceaccounts/default');
  const { spec, status } = (await api.get(`/api/v1/nodes/${nodeName}`)) as Node;
  const isReady = status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  if (isReady !== true || (spec.taints ?? []).length > 0) throw new Error('the node takes no Pods');
}

async function bringUpServer(folder: string, parts: RunningParts): Promise<Credentials> {
  parts.start(etcd(folder));
  const credentials = await writeCredentials(join(folder, 'credentials'));
  await until('etcd does not answer', etcdAnswers);
  parts.start(apiServer(folder, credentials));
  return credentials;
}

/** Calls it once for all calls of a turn. */
function coalesced(work: () => void): () => void {
  let isWanted = false;
  return () => {
    if (isWanted) return;
    isWanted = true;
    setImmediate(() => {
      isWanted = false;
      work();
    });
  };
}

/** Commands in the rig find Services by name too. */
async function useOwnNames(folder: string): Promise<void> {
  const file = join(folder, 'resolv.conf');
  await writeFile(file, `search svc.cluster.local\nnameserver ${dnsAddress}\n`);
  // A machine without such a file looks names up in some other way.
  await run('mount', ['--bind', file, '/etc/resolv.conf']).catch(() => {});
}

interface NodePlace {
  readonly place: Place;
  readonly api: Api;
  readonly credentials: Credentials;
  readonly node: Network;
  readonly parts: RunningParts;
}

/** Everything of a node and of its cluster's network that Kubernetes leaves to others. */
async function serveNode({ place, api, credentials, node, parts }: NodePlace): Promise<void> {
  const loopbacks = createLoopbacks();
  const changed = coalesced(() => front.arrange());
  const kubelet = await startKubelet({ ...place, api, node, loopbacks, changed });
  const services: Services = serveServices(api, changed);
  const front = openFront(services, kubelet, (host, port) => listenIn(node, host, port));
  await serveNames(services);
  const [desk, sockets] = [join(place.folder, 'desk'), join(place.folder, 'streams')];
  await openDesk(desk, kubelet, api);
  parts.start(streams(sockets, desk));
  serveKubelet(await listenIn(node, nodeAddress, kubeletPort), kubelet, { ...credentials, streams: sockets });
  void answerForPods(api);
}

/** Resolves when Pods run. `fail` is called when a part ends, before or after. */
export async function bringUp(place: Place, fail: Fail): Promise<void> {
  const { folder } = place;
  // This namespace's own: it is gone with the last process that sees it.
  await run('mount', ['-t', 'tmpfs', '-o', 'mode=700', 'rig', folder]);
  await openNetwork();
  await useOwnNames(folder);
  await openDoor(doorIn(folder));
  const node = await openPodNetwork(folder, 0, nodeAddress);
  const parts = createParts(place, fail);
  const stages = join(folder, 'stages.yaml');
  await writeStages(place.parts.stages, stages);
  const credentials = await bringUpServer(folder, parts);
  const api = createApi(credentials.kubeconfig('admin'), credentials.authority);
  const untilReady = (): Promise<void> => until('kube-apiserver is not ready', () => api.get('/readyz'));
  await untilReady();
  for (const command of [
    controllerManager(folder, credentials),
    scheduler(folder, credentials),
    kwok(stages, credentials),
  ])
    parts.start(command);
  await api.post('/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName } });
  await serveNode({ place, api, credentials, node, parts });
  await openControl(controlIn(folder), parts, untilReady);
  await until('the node is not ready', () => takesPods(api));
}

/** Of the administrator. */
export function kubeconfigIn(folder: string): string {
  return credentialsIn(join(folder, 'credentials')).kubeconfig('admin');
}
