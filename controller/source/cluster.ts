import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { getObject } from '../../kubernetes/get.ts';
import { type Health, starting } from '../../kubernetes/health.ts';
import { type ItemChange, listWatch, type Timing } from '../../kubernetes/list-watch.ts';
import { type Resource, resources } from '../../kubernetes/resources.ts';
import { secretNames, type Watched, wholeObjects } from '../../kubernetes/watched.ts';
import type { CompileSettings } from '../../routing/graph/settings.ts';
import type { Change, KubernetesObject } from '../../routing/objects/kubernetes-object.ts';
import { createBoard, essentialKinds, type KindReport, type KindState } from './board.ts';
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

/** The objects of a cluster. `start` resolves when it has been read, however long that takes. */
export interface ClusterSource extends Source {
  /** What the API server holds of HTTPProxies and Ingresses beside what they ask for. */
  readonly statuses: StatusShelf;
  kinds(): readonly KindState[];
  /** What is wrong with Secrets that are wanted, as plain sentences. */
  troubles(): readonly string[];
  onKind(listener: (report: KindReport) => void): void;
}

/** Kinds of which one at least must be read: a world without routes because none may be read is no world. */
const rootKinds = [resources.HTTPProxy, resources.Ingress] as const;
const plainKinds = [resources.TLSCertificateDelegation, ...essentialKinds] as const;
const wholeKinds = [...rootKinds, ...plainKinds] as const;

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
  const board = createBoard({ ...options, onKind: (report) => listeners.forEach((listener) => listener(report)) });
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
    const follow = createFollow(options, board, look, end.signal);
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
    kinds: board.states,
    troubles: () => [...troubles.values()],
    onKind: (listener) => void listeners.push(listener),
  };
}

type Take<T> = (changes: readonly ItemChange<T>[], at: number) => void;

/** Has something watched, told and noted on the board. */
function createFollow(
  options: ClusterSourceOptions,
  board: ReturnType<typeof createBoard>,
  noted: () => void,
  signal: AbortSignal,
) {
  return <T>(watched: Watched<T>, take: Take<T>): void => {
    const onHealth = (health: Health): void => {
      board.put(watched, health);
      noted();
    };
    const onDenied = (): void => {
      board.denied(watched);
      noted();
    };
    const draft = asPuts(take, options.clock);
    void listWatch({ ...options, watched, sink: take, draft, onHealth, onDenied }, signal);
  };
}

/** Takes pages of a first list like anything else. */
function asPuts<T>(take: Take<T>, { now }: Pick<Clock, 'now'>) {
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
