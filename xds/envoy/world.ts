import type { Graph, GraphChange, HostGraph, HostName } from '../../routing/graph/graph.ts';
import type { FilterChain } from '../proto/generated/envoy/config/listener/v3/listener_components.ts';
import { type Dialect, type Resource, typeUrl, type TypeUrl, type WorldChange } from '../snapshot/resource.ts';
import { createClusterUsers } from './cluster-users.ts';
import { createEmitter, type Emitter, type Targets, type WorldPorts } from './emitter.ts';
import { secretKey, secureOf } from './https-listener.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { byName, firstSyncName, hostOfRoutesName, listenerName } from './names.ts';
import type { EnvoySettings } from './settings.ts';

export interface ResourceName {
  readonly type: TypeUrl;
  readonly name: string;
}

/** Everything Envoys of one dialect are told. */
export interface World {
  /** Works ahead for the first `update`, of a graph that is not whole yet. */
  prepare(graph: Graph, change: GraphChange): void;
  /** What was prepared since the last call, but for the listener for TLS: it has a part for each host, and comes last. */
  draft(): WorldChange;
  /** What moved since the last call. Costs what changed; the first call gets every key of the graph as changed. */
  update(graph: Graph, change: GraphChange): WorldChange;
  /** The one host that a resource was made for; null where there is none, or more than one. */
  hostOf(type: TypeUrl, name: string): HostName | null;
  /** What an Envoy must have for the host to be served as it is now, endpoints aside. */
  resourcesOf(host: HostName): readonly ResourceName[];
}

/** A host as it was emitted. */
interface Emitted {
  readonly graph: HostGraph;
  readonly resources: readonly Resource[];
  readonly targets: Targets;
  readonly chain: FilterChain | null;
}

const nowhere: Targets = new Map();

export function createWorld(dialect: Dialect, settings: EnvoySettings, ports: WorldPorts): World {
  const emitter = createEmitter(dialect, settings, ports);
  const ledger = createLedger();
  const clusters = createClusterUsers(emitter, ledger);
  const hosts = new Map<HostName, Emitted>();
  ledger.set(emitter.runtime());
  ledger.set(emitter.httpListener());
  for (const resource of emitter.firstSync()) ledger.set(resource);

  /** Says whether the host's filter chain changed. */
  const updateHost = (host: HostName, graph: Graph): boolean => {
    const previous = hosts.get(host);
    const next = graph.hosts.get(host);
    if (previous?.graph === next) return false;
    const emitted = next === undefined ? null : emitHost(emitter, next, previous);
    replaceResources(ledger, previous?.resources ?? [], emitted?.resources ?? []);
    clusters.replace(previous?.targets ?? nowhere, emitted?.targets ?? nowhere, graph.endpoints);
    if (emitted === null) hosts.delete(host);
    else hosts.set(host, emitted);
    return (previous?.chain ?? null) !== (emitted?.chain ?? null);
  };

  const updateSecret = (key: string, graph: Graph) => {
    const secret = graph.secrets.get(key);
    if (secret === undefined) ledger.remove(typeUrl.secret, key);
    else ledger.set(emitter.secret(secret));
  };

  const updateHttpsListener = () => {
    const chains = [...hosts.values()].flatMap(({ chain }) => (chain === null ? [] : [chain]));
    chains.sort((left, right) => byName(left.name ?? '', right.name ?? ''));
    if (chains.length === 0) ledger.remove(typeUrl.listener, listenerName.https);
    else ledger.set(emitter.httpsListener(chains));
  };

  let chainsChanged = false;
  const prepare = (graph: Graph, change: GraphChange) => {
    for (const host of change.hosts) chainsChanged = updateHost(host, graph) || chainsChanged;
    clusters.refresh(change.endpoints, graph.endpoints);
    for (const key of change.secrets) updateSecret(key, graph);
  };

  return {
    prepare,
    draft: () => ledger.take(),
    update(graph, change) {
      prepare(graph, change);
      if (chainsChanged) updateHttpsListener();
      chainsChanged = false;
      return ledger.take();
    },
    hostOf(type, name) {
      if (type !== typeUrl.scopedRoute && type !== typeUrl.route) return null;
      return ledger.has(type, name) && name !== firstSyncName ? hostOfRoutesName(name) : null;
    },
    resourcesOf(host) {
      const emitted = hosts.get(host);
      return emitted === undefined ? [] : neededBy(emitted);
    },
  };
}

function emitHost(emitter: Emitter, graph: HostGraph, previous: Emitted | undefined): Emitted {
  return {
    graph,
    resources: emitter.host(graph),
    targets: emitter.targets(graph),
    chain: chainOf(emitter, graph, previous),
  };
}

/** The earlier object where nothing changed: a route's edit must not move the listener. */
function chainOf(emitter: Emitter, graph: HostGraph, previous: Emitted | undefined): FilterChain | null {
  const secure = secureOf(graph);
  if (secure === null) return null;
  const before = previous?.graph.secure ?? null;
  const isSame =
    before !== null &&
    secretKey(before) === secretKey(secure) &&
    before.minimumProtocolVersion === secure.minimumProtocolVersion &&
    before.maximumProtocolVersion === secure.maximumProtocolVersion;
  return isSame && previous !== undefined ? previous.chain : emitter.filterChain(graph.host, secure);
}

function replaceResources(ledger: Ledger, previous: readonly Resource[], next: readonly Resource[]): void {
  for (const resource of next) ledger.set(resource);
  for (const { type, name } of previous) {
    if (!next.some((resource) => resource.type === type && resource.name === name)) ledger.remove(type, name);
  }
}

function neededBy({ graph, resources, targets }: Emitted): readonly ResourceName[] {
  const names: ResourceName[] = resources.map(({ type, name }) => ({ type, name }));
  const secure = secureOf(graph);
  if (secure !== null) {
    names.push({ type: typeUrl.secret, name: secretKey(secure) });
    names.push({ type: typeUrl.listener, name: listenerName.https });
  }
  return [...names, ...[...targets.keys()].map((name) => ({ type: typeUrl.cluster, name }))];
}
