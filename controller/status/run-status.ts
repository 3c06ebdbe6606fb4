import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { Timing } from '../../kubernetes/list-watch.ts';
import { type Resource, resources } from '../../kubernetes/resources.ts';
import type { Graph } from '../../routing/graph/graph.ts';
import { type Kind, type RefKey, refKey } from '../../routing/objects/ref.ts';
import { createLeader, type Leader, soleLeader } from '../leader.ts';
import type { Log } from '../log.ts';
import type { Loop, Published } from '../loop.ts';
import { programmingEverywhere } from '../programming/everywhere.ts';
import { peersWhileLeading } from '../programming/peers-while-leading.ts';
import type { Tracking } from '../programming/track.ts';
import type { StatusShelf } from '../source/status-shelf.ts';
import { type Address, planAddresses } from './addresses.ts';
import { followEnvoyService } from './envoy-service.ts';
import { createLossEvents } from './loss-events.ts';
import { planStatus } from './plan.ts';
import type { AskProgramming } from './programmed-condition.ts';
import type { StatusConfig } from './status-config.ts';
import type { StatusWrite } from './status-write.ts';
import { statusIn } from './stored-status.ts';
import { createUnsettled } from './unsettled.ts';
import type { WriteRate } from './pace.ts';
import { createStatusWriter, type StatusWriter } from './writer.ts';

export interface StatusOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly date: () => Date;
  readonly timing: Timing;
  readonly rate: WriteRate;
  /** Of this process, among all that contend to lead. */
  readonly identity: string;
  readonly config: StatusConfig;
  readonly statuses: StatusShelf;
  readonly loop: Pick<Loop, 'graph' | 'onPublished'>;
  readonly programming: Tracking;
  /** Nothing is written before it resolves; aborted, it does. */
  readonly firstSync: (signal: AbortSignal) => Promise<void>;
  readonly log: Log;
}

export interface RunningStatus {
  readonly leader: Leader;
  readonly writer: StatusWriter;
  /** Writes no more, and lets another lead. */
  stop(): Promise<void>;
}

const written: ReadonlyMap<Kind, Resource> = new Map<Kind, Resource>([
  ['HTTPProxy', resources.HTTPProxy],
  ['Ingress', resources.Ingress],
]);

/** Keeps the statuses of a world true, while this controller leads. The world must have been published. */
export function runStatus(options: StatusOptions): RunningStatus {
  const { client, clock, statuses, loop, programming, log } = options;
  const end = new AbortController();
  const synced = options.firstSync(end.signal);
  const unsettled = createUnsettled((keys) => writer.offer(keys));
  const peers = peersWhileLeading({ ...options, service: options.config.peers, onChange: unsettled.moved });
  const ask = programmingEverywhere({ ...programming, peers: peers.all });
  const everything = (): void => writer.offerAll(loop.graph.objects.keys());
  const addresses = openAddresses(options, end.signal, everything);
  const leader = openLeader(options);
  const writer = createStatusWriter({
    client,
    clock,
    log,
    rate: options.rate,
    stored: statuses.get,
    answered: statuses.answered,
    mayWrite: leader.isLeading,
    plan: (key) => planOf(key, { ...options, ask: unsettled.watch(key, ask), addresses: addresses() }),
  });

  const events = createLossEvents({ ...options, graph: loop.graph, stored: statuses.get, mayWrite: leader.isLeading });

  const unfollow = loop.onPublished((published) => {
    writer.offer(movedBy(published, loop.graph));
    events.moved(published.change.hosts);
  });
  const settle = programming.local.onChange(unsettled.moved);
  const forget = statuses.onChange((key) => {
    if (statuses.get(key) === null) writer.forget(key);
    else writer.offer([key]);
  });
  leader.onChange((leading) => {
    writer.stop();
    events.stop();
    peers.lead(leading);
    if (leading) void synced.then(begin);
  });
  function begin(): void {
    if (end.signal.aborted || !leader.isLeading()) return;
    writer.start();
    everything();
    events.start();
  }
  return {
    leader,
    writer,
    async stop() {
      end.abort();
      unfollow();
      forget();
      settle();
      peers.lead(false);
      events.stop();
      writer.stop();
      await leader.stop();
    },
  };
}

function openLeader({ config: { election }, ...options }: StatusOptions): Leader {
  return election === null ? soleLeader : createLeader({ ...options, ...election });
}

function openAddresses(
  options: StatusOptions,
  signal: AbortSignal,
  changed: () => void,
): () => readonly Address[] | null {
  const { addresses } = options.config;
  if (addresses.type === 'fixed') return () => addresses.addresses;
  return followEnvoyService({ ...options, ...addresses, changed }, signal);
}

/** The objects about which a turn may have something new to say. */
function movedBy({ change }: Published, { hosts }: Graph): ReadonlySet<RefKey> {
  const visited = [...change.hosts].flatMap((host) => hosts.get(host)?.visits ?? []).map(({ ref }) => refKey(ref));
  return new Set([...change.objects, ...visited]);
}

interface PlanFacts extends Pick<StatusOptions, 'loop' | 'statuses' | 'date'> {
  readonly ask: AskProgramming;
  readonly addresses: readonly Address[] | null;
}

/** Null where the stored status is true, and of an object that is not ours: what is of another class is in no graph. */
function planOf(key: RefKey, { loop: { graph }, statuses, date, ask, addresses }: PlanFacts): StatusWrite | null {
  const status = graph.objects.get(key);
  const resource = status === undefined ? undefined : written.get(status.ref.kind);
  const kept = statuses.get(key);
  if (status === undefined || resource === undefined || kept === null) return null;
  const stored = statusIn(kept);
  const now = date()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  const facts = { graph, status, programming: ask, stored, now };
  const told = resource.kind === 'HTTPProxy' ? planStatus({ ...facts, storedGeneration: kept.generation }) : null;
  const placed = planAddresses(stored, addresses);
  if (told === null && placed === null) return null;
  const { namespace, name } = status.ref;
  return { resource, namespace, name, patch: { status: { ...told, ...placed } } };
}
