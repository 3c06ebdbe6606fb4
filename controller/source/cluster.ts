import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { getObject } from '../../kubernetes/get.ts';
import { type Health, starting } from '../../kubernetes/health.ts';
import { type ItemChange, listWatch, type Timing } from '../../kubernetes/list-watch.ts';
import { type Resource, resources } from '../../kubernetes/resources.ts';
import { secretNames, type Watched, wholeObjects } from '../../kubernetes/watched.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { Change, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { createSecretGate } from './secret-gate.ts';
import type { SecretKey } from './secret-references.ts';
import type { ChangeSink, DraftSink, Source } from './source.ts';
import { createStatusShelf, type StatusShelf, withStatus } from './status-shelf.ts';
import { createStatusSieve } from './status-sieve.ts';

export interface ClusterSourceOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly settings: CompileSettings;
  /** Empty is all. */
  readonly namespaces: readonly string[];
}

/** How one kind is doing, in one namespace where they are watched one by one. */
export interface KindReport {
  /** `HTTPProxy`, `HTTPProxy in shop` */
  readonly name: string;
  readonly health: Health;
}

/** The objects of a cluster. `start` resolves when it has been read, however long that takes. */
export interface ClusterSource extends Source {
  /** What the API server holds of HTTPProxies and Ingresses beside what they ask for. */
  readonly statuses: StatusShelf;
  kinds(): readonly KindReport[];
  /** What is wrong with Secrets that are wanted, as plain sentences. */
  troubles(): readonly string[];
  onKind(listener: (report: KindReport) => void): void;
}

/** Kinds of which one at least must be read: a world without routes because none may be read is no world. */
const rootKinds = [resources.HTTPProxy, resources.Ingress] as const;
/** Kinds without which no route leads anywhere. The others may be denied, and the rest works. */
const essentialKinds: readonly Resource[] = [resources.Service, resources.EndpointSlice];
const plainKinds = [resources.TLSCertificateDelegation, ...essentialKinds] as const;
const wholeKinds = [...rootKinds, ...plainKinds] as const;

/** Whether a first world can do without more of a kind than this. */
function isSettled({ synced, state }: Health, resource: Resource): boolean {
  return synced || (!essentialKinds.includes(resource) && (state === 'denied' || state === 'absent'));
}

/** The state of every list+watch, by what is watched. */
function createBoard(listener: (report: KindReport) => void) {
  const rows = new Map<Watched<unknown>, KindReport>();
  const select = (kinds: readonly Resource[]) => [...rows].filter(([{ resource }]) => kinds.includes(resource));
  return {
    reports: () => [...rows.values()],
    put(watched: Watched<unknown>, health: Health): void {
      const { resource, namespace } = watched;
      const report = { name: namespace === null ? resource.kind : `${resource.kind} in ${namespace}`, health };
      rows.set(watched, report);
      listener(report);
    },
    areSettled: (kinds: readonly Resource[]) =>
      select(kinds).every(([{ resource }, { health }]) => isSettled(health, resource)),
    isAnySynced: (kinds: readonly Resource[]) => select(kinds).some(([, { health }]) => health.synced),
  };
}

/** Keeps what is delivered until it is a whole world, or can be worked on. */
function createFirstWorld(sink: ChangeSink, draft: DraftSink | undefined, started: () => void) {
  let gathered: Change[] | null = [];
  return {
    deliver(changes: readonly Change[], info: Parameters<ChangeSink>[1]): void {
      if (gathered === null) sink(changes, info);
      else for (const change of changes) gathered.push(change);
    },
    workAhead(): void {
      if (draft === undefined || gathered === null || gathered.length === 0) return;
      draft(gathered);
      gathered = [];
    },
    complete(at: number): void {
      if (gathered === null) return;
      const world = gathered;
      gathered = null;
      sink(world, { at, files: [] });
      started();
    },
  };
}

export function createClusterSource(options: ClusterSourceOptions): ClusterSource {
  const { client, clock, settings, namespaces } = options;
  const listeners: ((report: KindReport) => void)[] = [];
  const board = createBoard((report) => listeners.forEach((listener) => listener(report)));
  const places = namespaces.length === 0 ? [null] : namespaces;
  const everywhere = (kinds: readonly Resource[]) =>
    kinds.flatMap((resource) => places.map((namespace) => wholeObjects(resource, namespace)));
  const roots = everywhere(rootKinds).map(withStatus);
  const plain = everywhere(plainKinds);
  const secrets = places.map((namespace) => secretNames(resources.Secret, namespace));
  for (const watched of [...roots, ...plain, ...secrets]) board.put(watched, starting);
  const end = new AbortController();
  const troubles = new Map<SecretKey, string>();
  const statuses = createStatusShelf(clock);
  const sieve = createStatusSieve(statuses);

  function run(sink: ChangeSink, draft: DraftSink | undefined, started: () => void): void {
    const world = createFirstWorld(sink, draft, started);
    const gate = createSecretGate({
      settings,
      clock,
      signal: end.signal,
      get: (key, signal) => getObject(client, resources.Secret, key, signal),
      sink(changes, info) {
        world.deliver(changes, info);
        look();
      },
      onTrouble: (key, reason) => void (reason === null ? troubles.delete(key) : troubles.set(key, reason)),
    });
    function look(): void {
      if (board.areSettled([resources.Secret])) gate.open();
      const isWhole = board.areSettled(wholeKinds) && board.isAnySynced(rootKinds);
      if (isWhole && gate.settled) world.complete(clock.now());
      // Hosts that were compiled before these are there would be compiled twice.
      else if (board.areSettled([...plainKinds, resources.Secret])) world.workAhead();
    }
    const follow = <T>(watched: Watched<T>, take: (changes: readonly ItemChange<T>[], at: number) => void): void => {
      const onHealth = (health: Health): void => {
        board.put(watched, health);
        look();
      };
      void listWatch({ ...options, watched, sink: take, draft: asPuts(take, clock), onHealth }, end.signal);
    };
    for (const watched of roots)
      follow(watched, (changes, at) => gate.objects(sieve(changes, watched.resource.kind), at));
    for (const watched of plain)
      follow(watched, (changes, at) => gate.objects(changesOf(changes, watched.resource), at));
    for (const watched of secrets) follow(watched, gate.names);
  }

  return {
    start: (sink, draft) => new Promise((resolve) => run(sink, draft, resolve)),
    stop: () => end.abort(),
    locate: () => null,
    faults: () => [],
    onFaults() {},
    statuses,
    kinds: board.reports,
    troubles: () => [...troubles.values()],
    onKind: (listener) => void listeners.push(listener),
  };
}

/** Takes pages of a first list like anything else. */
function asPuts<T>(take: (changes: readonly ItemChange<T>[], at: number) => void, { now }: Pick<Clock, 'now'>) {
  return (items: readonly T[]): void => {
    const puts = items.map((item): ItemChange<T> => ({ type: 'put', item }));
    take(puts, now());
  };
}

function changesOf(changes: readonly ItemChange<KubernetesObject>[], { kind }: Resource): readonly Change[] {
  return changes.map((change) => {
    if (change.type === 'put') return { type: 'upsert', object: change.item };
    return { type: 'delete', ref: { kind, namespace: change.namespace, name: change.name } };
  });
}
