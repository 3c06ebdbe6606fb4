import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Place, runRange } from '../../place.ts';
import { follow, type Sink, type Stored } from '../follow.ts';
import type { Api } from '../api.ts';
import { isRun, runnable } from './images.ts';
import type { Loopbacks } from './loopback.ts';
import { type Network, openNetwork } from './network.ts';
import type { Pod } from './pod.ts';
import { type PodRun, runPod } from './run-pod.ts';
import type { PodPorts } from './sandbox.ts';

/** The Pods that run here, by UID. */
export interface Kubelet {
  runs(): Iterable<PodRun>;
  find(namespace: string, name: string): PodRun | null;
}

/** Someone without root is alone in their namespace of users. */
async function hasUsers(): Promise<boolean> {
  const [first = ''] = (await readFile('/proc/self/uid_map', 'utf8')).trim().split('\n');
  return Number(first.trim().split(/ +/)[2]) > 65_536;
}

function addressAt(index: number): string {
  const [high = '', low = ''] = runRange.split('.');
  return `${high}.${low}.${index >> 8}.${index & 255}`;
}

/** Networks for Pods: each its own, and one that all Pods of the node's network share. */
function createNetworks(folder: string, node: Network): PodPorts['openNetwork'] {
  let last = 0;
  return async ({ spec }) => {
    if (spec.hostNetwork !== true) {
      last += 1;
      return openNetwork(folder, last, addressAt(last));
    }
    return { ...node, close: () => Promise.resolve() };
  };
}

function createSink(ports: PodPorts, runs: Map<string, PodRun>): Sink<Pod> {
  const drop = (uid: string): void => {
    const run = runs.get(uid);
    if (run !== undefined) void run.kill();
  };
  return {
    put(pod) {
      const { uid, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
      if (!isRun(pod) || pod.spec.nodeName === undefined) return;
      const isOver = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
      let run = runs.get(uid);
      if (run === undefined && (!isOver || deletionTimestamp !== undefined)) {
        run = runPod(pod, ports, () => {
          runs.delete(uid);
          ports.changed();
        });
        runs.set(uid, run);
      }
      if (deletionTimestamp !== undefined) run?.end(deletionGracePeriodSeconds ?? 0);
    },
    remove: (pod) => drop(pod.metadata.uid),
    keepOnly(uids) {
      for (const uid of runs.keys()) if (!uids.has(uid)) drop(uid);
    },
  };
}

/** What volumes are made from has changed: those of the same namespace look again. */
function refreshSink(runs: Map<string, PodRun>): Sink<Stored> {
  const refresh = (namespace: string | null): void => {
    for (const run of runs.values()) if (namespace === null || run.pod.metadata.namespace === namespace) run.refresh();
  };
  const touch = (item: Stored): void => refresh(item.metadata.namespace);
  return { put: touch, remove: touch, keepOnly: () => refresh(null) };
}

const renewEveryMs = 5_000;

interface NodePorts extends Place {
  readonly api: Api;
  readonly node: Network;
  readonly loopbacks: Loopbacks;
  changed(): void;
}

/** Runs the Pods that have images which are here, for as long as this process lives. */
export async function startKubelet(place: NodePorts): Promise<Kubelet> {
  const { api, node, loopbacks, changed } = place;
  const folder = join(place.folder, 'pods');
  await mkdir(folder, { recursive: true });
  const runs = new Map<string, PodRun>();
  const openFor = createNetworks(folder, node);
  const programs = runnable(place.programs);
  const ports = { api, programs, folder, hasUsers: await hasUsers(), openNetwork: openFor, loopbacks, changed };
  void follow(api, '/api/v1/pods', createSink(ports, runs));
  for (const kind of ['secrets', 'configmaps']) void follow(api, `/api/v1/${kind}`, refreshSink(runs));
  // Tokens are made anew before they expire.
  setInterval(() => {
    for (const run of runs.values()) run.refresh();
  }, renewEveryMs).unref();
  return {
    runs: () => runs.values(),
    find: (namespace, name) =>
      [...runs.values()].find(({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name) ?? null,
  };
}
