import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient, type KubernetesClient } from '../../../kubernetes/client.ts';
import { openAccess } from '../../../kubernetes/kube-config.ts';
import { kubeconfigOutside, reach, type Reached } from '../../rig/reach.ts';
import { type Rig, startRig } from '../../rig/rig.ts';
import { inside } from '../../rig/run.ts';
import { worldOf } from './world.ts';

const base = fileURLToPath(new URL('../../../deploy/base', import.meta.url));

/** A cluster with what `deploy/base` installs, and hosts that its Envoy serves. */
export interface FaultStand {
  readonly rig: Rig;
  readonly hosts: number;
  /** As the administrator. */
  readonly client: KubernetesClient;
  /** Of Envoy, on this machine's loopback. */
  readonly httpPort: number;
  kubectl(...words: readonly string[]): Promise<string>;
  /** Names of the controllers' Pods. */
  controllers(): Promise<readonly string[]>;
  leader(): Promise<Leadership>;
  /** What Envoy has been told to take away since it started. */
  removals(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Leadership {
  /** The Pod; empty where nobody leads. */
  readonly pod: string;
  /** The process in it: another one after a restart. */
  readonly identity: string;
  readonly transitions: number;
}

interface StoredLease {
  readonly spec: { readonly holderIdentity?: string; readonly leaseTransitions?: number };
}

export async function openFaultStand(
  name: string,
  hosts: number,
  say: (line: string) => void = () => {},
): Promise<FaultStand> {
  const rig = await startRig({ name, env: process.env, say });
  try {
    return await furnish(rig, hosts);
  } catch (error) {
    await rig.stop();
    throw error;
  }
}

async function furnish(rig: Rig, hosts: number): Promise<FaultStand> {
  const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
  await install(rig, hosts);
  const outside = await kubeconfigOutside(rig);
  const client = openClient(outside.text);
  const controllers = async () => (await podsOf(kubectl, 'controller', '{.items[*].metadata.name}')).split(' ');
  const address = await podsOf(kubectl, 'proxy', '{.items[0].status.podIP}');
  const [http, metrics] = (await Promise.all([reach(rig, address, 8080), reach(rig, address, 8002)])) as [
    Reached,
    Reached,
  ];
  const signal = new AbortController().signal;
  return {
    rig,
    hosts,
    client,
    httpPort: http.port,
    kubectl,
    controllers,
    async leader() {
      const lease = '/apis/coordination.k8s.io/v1/namespaces/projectcontour/leases/leader-elect';
      const { spec } = (await client.get(lease, { signal })) as StoredLease;
      const { holderIdentity: identity = '', leaseTransitions: transitions = 0 } = spec;
      return { pod: identity.replace(/_[^_]*$/, ''), identity, transitions };
    },
    removals: () => removalsIn(metrics.port),
    async close() {
      for (const reached of [http, metrics, outside]) reached.close();
      await rig.stop();
    },
  };
}

async function install(rig: Rig, hosts: number): Promise<void> {
  const kubectl = (...words: readonly string[]) => inside(rig, ['kubectl', ...words]);
  await kubectl('apply', '-k', base);
  await kubectl('create', 'namespace', 'shop');
  const world = worldOf(hosts).map((object) => JSON.stringify(object));
  await inside(rig, ['kubectl', 'apply', '-f', '-'], world.join('\n---\n'));
  for (const what of ['deployment/contour', 'daemonset/envoy'])
    await kubectl('rollout', 'status', '-n', 'projectcontour', what, '--timeout=60s');
  await kubectl('wait', '--for=condition=Programmed', '-n', 'shop', 'httpproxy', '--all', '--timeout=60s');
}

function podsOf(kubectl: FaultStand['kubectl'], component: string, jsonPath: string): Promise<string> {
  const label = `app.kubernetes.io/component=${component}`;
  return kubectl('get', 'pods', '-n', 'projectcontour', '-l', label, '-o', `jsonpath=${jsonPath}`);
}

function openClient(kubeconfig: string): KubernetesClient {
  const folder = mkdtempSync(path.join(tmpdir(), 'contour-faults-'));
  const file = path.join(folder, 'admin');
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  const ports = { env: {}, now: () => performance.now(), date: () => new Date() };
  const access = openAccess({ type: 'kubeconfig', files: [file] }, ports);
  rmSync(folder, { recursive: true });
  return createClient({ access, userAgent: 'contour-faults' });
}

/** An Envoy that was once told of a host, a cluster or a listener and then not any more has counted it. */
async function removalsIn(port: number): Promise<readonly string[]> {
  const text = await (await fetch(`http://127.0.0.1:${port}/stats/prometheus`)).text();
  return text
    .split('\n')
    .filter((line) => /^envoy_(cluster_manager_cluster_removed|listener_manager_listener_removed)\{/.test(line))
    .filter((line) => !line.endsWith(' 0'));
}
