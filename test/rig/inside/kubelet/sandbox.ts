import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dnsAddress, nodeAddress } from '../../place.ts';
import { type Api, Refusal } from '../api.ts';
import { confine, path } from './confine.ts';
import { type Running, startContainer } from './container.ts';
import { environmentOf, expand, fieldOf, serviceVariables } from './environment.ts';
import { type Image, imageOf, type Runnable } from './images.ts';
import type { Log } from './log-file.ts';
import type { Loopbacks } from './loopback.ts';
import type { Network } from './network.ts';
import type { Container, Pod } from './pod.ts';
import { createReads, type Reads, textOf } from './reads.ts';
import { createVolumes, type Volumes } from './volumes.ts';

export interface PodPorts {
  readonly api: Api;
  readonly programs: Runnable;
  /** A folder for everything of Pods that run. */
  readonly folder: string;
  /** False where the kernel gives this rig one user only. */
  readonly hasUsers: boolean;
  openNetwork(pod: Pod): Promise<Network>;
  readonly loopbacks: Loopbacks;
  /** Something that others look at has changed. */
  changed(): void;
}

/** What the containers of a Pod share. */
export interface Sandbox {
  readonly pod: Pod;
  readonly ports: PodPorts;
  readonly folder: string;
  readonly network: Network;
  readonly volumes: Volumes;
  readonly reads: Reads;
  /** By container, as they were found last. */
  readonly environments: Map<string, ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

const againMs = 200;

function resolver(namespace: string): string {
  const search = [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'].join(' ');
  return `search ${search}\nnameserver ${dnsAddress}\noptions ndots:5\n`;
}

function hostsFile({ metadata, spec }: Pod, address: string): string {
  const rows = [
    ['127.0.0.1', 'localhost'],
    [address, metadata.name],
    ...(spec.hostAliases ?? []).map(({ ip, hostnames }) => [ip, ...hostnames]),
  ];
  return rows.map((row) => `${row.join('\t')}\n`).join('');
}

/** Makes a Pod's network and volumes. Waits for what is missing, and `tell`s of it, until `ending`. */
export async function openSandbox(
  pod: Pod,
  ports: PodPorts,
  tell: (reason: string, message: string) => void,
  ending: AbortSignal,
): Promise<Sandbox | null> {
  const folder = join(ports.folder, pod.metadata.uid);
  await mkdir(folder, { recursive: true });
  const network = await ports.openNetwork(pod);
  const addresses = { podIP: network.address, hostIP: nodeAddress };
  const reads = createReads(ports.api, pod);
  const field = (fieldPath: string): string => fieldOf(pod, { fieldPath }, addresses);
  const volumes = createVolumes(folder, pod, { ...reads, field }, ports.hasUsers);
  await writeFile(join(folder, 'hosts'), hostsFile(pod, network.address));
  await writeFile(join(folder, 'resolv.conf'), resolver(pod.metadata.namespace));
  const close = async (): Promise<void> => {
    ports.loopbacks.close(network);
    await network.close();
    await rm(folder, { recursive: true, force: true });
  };
  while (!ending.aborted) {
    try {
      await volumes.refresh();
      return { pod, ports, folder, network, volumes, reads, environments: new Map(), close };
    } catch (error) {
      tell('ContainerCreating', error instanceof Error ? error.message : String(error));
      await sleep(againMs, undefined, { signal: ending }).catch(() => {});
    }
  }
  await close();
  return null;
}

async function environmentIn({ pod, ports, network, reads }: Sandbox, container: Container) {
  const { namespace } = pod.metadata;
  const list = async (place: string) =>
    (await ports.api.get(`/api/v1/namespaces/${place}/services`)) as { items: Parameters<typeof serviceVariables>[0] };
  const linked = pod.spec.enableServiceLinks === false ? [] : (await list(namespace)).items;
  const apiServer = (await list('default')).items.filter(({ metadata }) => metadata.name === 'kubernetes');
  const said = await environmentOf(container, pod, {
    configMap: async (name) => textOf('configMap', await reads.configMap(name)),
    secret: async (name) => textOf('secret', await reads.secret(name)),
    podIP: network.address,
    hostIP: nodeAddress,
    services: serviceVariables([...linked, ...apiServer]),
  });
  return new Map([['PATH', path], ['HOSTNAME', pod.metadata.name], ['HOME', '/root'], ...said]);
}

/** As it was, where the API server does not answer: a container that ends in the meantime starts again. */
async function knownEnvironment(sandbox: Sandbox, container: Container): Promise<ReadonlyMap<string, string>> {
  const { environments } = sandbox;
  try {
    const environment = await environmentIn(sandbox, container);
    environments.set(container.name, environment);
    return environment;
  } catch (error) {
    const before = environments.get(container.name);
    if (before === undefined || error instanceof Refusal) throw error;
    return before;
  }
}

/** A container's process, and the environment that it has. */
export interface Started {
  readonly running: Running;
  readonly environment: ReadonlyMap<string, string>;
}

function commandOf(container: Container, image: Image, environment: ReadonlyMap<string, string>): readonly string[] {
  const [program = '', ...args] = [...(container.command ?? image.entrypoint), ...(container.args ?? [])].map((word) =>
    expand(word, environment),
  );
  // Images have their program in several places; here it is in one.
  const name = program.slice(program.lastIndexOf('/') + 1);
  return [image.commands.has(name) ? name : program, ...args];
}

/** Starts a container of the Pod. Rejects with what is wrong with its spec. */
export async function startIn(sandbox: Sandbox, container: Container, log: Log): Promise<Started> {
  const { pod, ports, folder, network, volumes } = sandbox;
  const image = await imageOf(container.image, ports.programs);
  if (image === null) throw new Error(`the rig has nothing in the place of the image ${container.image}`);
  const environment = await knownEnvironment(sandbox, container);
  const place = {
    pod,
    container,
    image,
    environment,
    volume: volumes.folder,
    hasUsers: ports.hasUsers,
    root: join(folder, 'roots', container.name),
    hosts: join(folder, 'hosts'),
    resolvConf: join(folder, 'resolv.conf'),
  };
  const script = confine(place, commandOf(container, image, environment));
  const fifo = join(folder, `${container.name}-pipe`);
  return { running: await startContainer({ network: network.file, script, fifo, print: log.print }), environment };
}
