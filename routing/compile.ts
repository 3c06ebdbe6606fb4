import type { Endpoints, EndpointsKey, Graph, GraphChange, HostGraph, HostName, ServedSecret } from './graph/graph.ts';
import type { InspectKeyPair } from './graph/secret.ts';
import type { CompileSettings } from './graph/settings.ts';
import { endpointsUsed, secretsUsed } from './graph/uses.ts';
import type { Change, KubernetesObject } from './objects/kubernetes-object.ts';
import type { ObjectRef } from './objects/ref.ts';
import { createObjectStatuses } from './object-statuses.ts';
import { type ReadKey, type ReadKind, readKey } from './store/read-key.ts';
import { createStore, type Store } from './store/store.ts';
import { createUnits, refreshSecrets, type Units } from './units.ts';
import { createUses } from './uses.ts';

export interface CompilePorts {
  readonly inspectKeyPair: InspectKeyPair;
}

/** A unit as it explains itself: what it read to come to its value. */
export interface UnitReport {
  readonly kind: keyof Units;
  readonly key: string;
  readonly reads: readonly string[];
}

export interface Compiler {
  /** Always the world after the last `apply`. Values keep their identity while they are equal. */
  readonly graph: Graph;
  /** Takes a batch in order and says what moved. */
  apply(changes: readonly Change[]): GraphChange;
  /** The units of a kind, sorted. */
  unitKeys(kind: keyof Units): readonly string[];
  unit(kind: keyof Units, key: string): UnitReport | null;
  /** As it is stored; null where there is none. Not for units: they read by their own tracked way. */
  object(ref: ObjectRef): KubernetesObject | null;
}

/** What a host was before a batch and is after it. */
export interface HostMove {
  readonly before: HostGraph | null;
  readonly after: HostGraph | null;
}

/**
 * Store in, graph and diagnostics out.
 *
 * @param isRecorded which kinds of read are remembered. All of them are needed: the property test that
 *   proves so switches off one at a time.
 */
export function createCompiler(
  settings: CompileSettings,
  ports: CompilePorts,
  isRecorded: (kind: ReadKind) => boolean = () => true,
): Compiler {
  const store = createStore();
  const units = createUnits(store, settings, ports.inspectKeyPair, isRecorded);
  const hosts = new Map<HostName, HostGraph>();
  const secrets = createUses<ServedSecret>(
    (key) => units.secret.get(key).served,
    () => {},
  );
  const endpoints = createUses<Endpoints>((key) => units.endpoints.get(key), units.endpoints.forget);
  const objects = createObjectStatuses(store, settings);

  function apply(changes: readonly Change[]): GraphChange {
    const stored = store.apply(changes);
    const judged = refreshSecrets(units, stored);
    const moves = refreshHosts(store, units, hosts, new Set([...stored, ...judged.verdicts]));
    const movedSecrets = new Set(judged.moved);
    const movedEndpoints = new Set<string>();
    for (const key of units.endpoints.readersOf(stored)) if (units.endpoints.refresh(key)) movedEndpoints.add(key);
    for (const { before, after } of moves.values()) {
      secrets.replace(secretsUsed(before), secretsUsed(after), movedSecrets);
      endpoints.replace(endpointsUsed(before), endpointsUsed(after), movedEndpoints);
    }
    secrets.update(movedSecrets);
    endpoints.update(movedEndpoints);
    return {
      hosts: new Set(moves.keys()),
      secrets: movedSecrets,
      endpoints: movedEndpoints as ReadonlySet<string> as ReadonlySet<EndpointsKey>,
      objects: objects.update(stored, [...moves.values()]),
    };
  }

  return {
    graph: {
      hosts,
      secrets: secrets.values,
      endpoints: endpoints.values as ReadonlyMap<string, Endpoints> as ReadonlyMap<EndpointsKey, Endpoints>,
      objects: objects.values,
    },
    apply,
    unitKeys: (kind) => [...units[kind].keys()].sort(),
    object: ({ kind, namespace, name }) => store.get(kind, namespace, name),
    unit: (kind, key) => (units[kind].has(key) ? { kind, key, reads: units[kind].readsOf(key) } : null),
  };
}

/** Computes again every host that a touched key concerns, and keeps `hosts` up to date. */
function refreshHosts(
  store: Store,
  units: Units,
  hosts: Map<HostName, HostGraph>,
  touched: ReadonlySet<ReadKey>,
): ReadonlyMap<HostName, HostMove> {
  const moves = new Map<HostName, HostMove>();
  const known = units.host.readersOf(touched) as ReadonlySet<HostName>;
  for (const host of [...known, ...newHosts(units, touched)]) {
    const before = hosts.get(host) ?? null;
    const after = refreshHost(store, units, host);
    if (before === after) continue;
    moves.set(host, { before, after });
    if (after === null) hosts.delete(host);
    else hosts.set(host, after);
  }
  return moves;
}

function refreshHost(store: Store, units: Units, host: HostName): HostGraph | null {
  if (store.list(readKey.claims(host)).length === 0) {
    units.host.forget(host);
    return null;
  }
  units.host.refresh(host);
  return units.host.get(host);
}

/** Hosts that were claimed for the first time: no unit has read their claims yet. */
function newHosts(units: Units, touched: ReadonlySet<ReadKey>): readonly HostName[] {
  const prefix = readKey.claims('');
  const claimed = [...touched].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  return claimed.filter((host) => !units.host.has(host)) as HostName[];
}
