import { serveFlags } from '../../../../controller/config.ts';
import { debugPort, frontAddress, frontPorts, nodeAddress } from '../../place.ts';
import type { Kubelet } from '../kubelet/kubelet.ts';
import type { Pod } from '../kubelet/pod.ts';
import { createForwards, type Dial, inTurn, type Open, openHere } from './forward.ts';
import type { Services } from './proxy.ts';
import { backendsOf, type Service } from './state.ts';

function selects({ metadata, spec }: Service, pod: Pod): boolean {
  const wanted = Object.entries(spec.selector ?? {});
  const labels = pod.metadata.labels ?? {};
  return (
    wanted.length > 0 &&
    metadata.namespace === pod.metadata.namespace &&
    wanted.every(([name, value]) => labels[name] === value)
  );
}

/** The Service that leads to Envoys which run here: it has ports `http` and `https`. The first by name of several. */
function envoyService(services: Services, kubelet: Kubelet): Service | null {
  const pods = [...kubelet.runs()].map(({ pod }) => pod);
  const [first = null] = [...services.all()]
    .filter(({ spec }) => ['http', 'https'].every((name) => spec.ports?.some((port) => port.name === name)))
    .filter((service) => pods.some((pod) => selects(service, pod)))
    .toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  return first;
}

function nameOf({ metadata }: Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Where a controller's debug endpoint is on the loopback of its Pod; null where the Pod is no controller. */
function debugPortOf({ spec }: Pod): number | null {
  for (const { command = [], args = [] } of spec.containers) {
    const words = [...command, ...args];
    if (!words.includes('serve') || !words.some((word) => /(^|\/)contour$/.test(word))) continue;
    const written = words
      .map((word) => /^--debug-http-port=([0-9]+)$/.exec(word)?.[1])
      .find((port) => port !== undefined);
    return Number(written ?? serveFlags['debug-http-port']?.default);
  }
  return null;
}

function debugDial(kubelet: Kubelet): Dial | null {
  const found = [...kubelet.runs()]
    .flatMap((run) => {
      const port = debugPortOf(run.pod);
      return port === null || !run.isReady() ? [] : [{ run, port }];
    })
    .toSorted((one, other) => (one.run.pod.metadata.name < other.run.pod.metadata.name ? -1 : 1));
  const [first] = found;
  return first === undefined ? null : () => first.run.dial(first.port);
}

/** Of the node: ports of Services of type NodePort, and those that Pods take of it. */
function nodePlaces(services: Services, kubelet: Kubelet): ReadonlyMap<string, Dial | null> {
  const places = new Map<string, Dial | null>();
  for (const service of services.all())
    for (const port of service.spec.type === 'NodePort' ? (service.spec.ports ?? []) : [])
      if (port.nodePort !== undefined)
        places.set(`${nodeAddress} ${port.nodePort}`, inTurn(backendsOf(services.slices(service), port)));
  for (const run of kubelet.runs()) {
    const host = run.address();
    for (const { hostPort, containerPort } of run.pod.spec.containers.flatMap(({ ports = [] }) => ports))
      if (hostPort !== undefined && host !== null && run.pod.spec.hostNetwork !== true)
        places.set(`${nodeAddress} ${hostPort}`, inTurn([{ host, port: containerPort }]));
  }
  return places;
}

/** Addresses that always lead to our Envoys and to a controller, whatever those are called. */
function frontPlaces(services: Services, kubelet: Kubelet): ReadonlyMap<string, Dial | null> {
  const service = envoyService(services, kubelet);
  const places = new Map([[`127.0.0.1 ${debugPort}`, debugDial(kubelet)]]);
  for (const [name, number] of Object.entries(frontPorts)) {
    const port = service?.spec.ports?.find((declared) => declared.name === name);
    const backends = service === null || port === undefined ? [] : backendsOf(services.slices(service), port);
    places.set(`${frontAddress} ${number}`, inTurn(backends));
  }
  return places;
}

/** Listens in the rig and on its node for those who do not know where things run. */
export function openFront(services: Services, kubelet: Kubelet, openOnNode: Open): { arrange(): void } {
  const front = createForwards(openHere);
  const node = createForwards(openOnNode);
  return {
    arrange() {
      front.arrange(frontPlaces(services, kubelet));
      node.arrange(nodePlaces(services, kubelet));
    },
  };
}
