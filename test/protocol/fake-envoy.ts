import { createEnvoyState, type EnvoyState } from '../../xds/snapshot/envoy-state.ts';
import type { EnvoyEvent, Mode, Send } from '../../xds/snapshot/messages.ts';
import { isWholeType } from '../../xds/snapshot/order.ts';
import { reduce } from '../../xds/snapshot/reduce.ts';
import { typeUrl, type Resource, type TypeUrl, type WorldChange } from '../../xds/snapshot/resource.ts';
import { createSnapshot, type Snapshot } from '../../xds/snapshot/snapshot.ts';

export interface FakeEnvoyOptions {
  readonly mode?: Mode;
  /** One stream for everything, or one per type. */
  readonly aggregated?: boolean;
  /** A scope named `x` makes it ask for a route configuration named `x`. */
  readonly followsScopes?: boolean;
}

/** Every rule that this client saw broken, as a sentence. */
type Fault = string;

/** A client that behaves as Envoy does, except that it answers when it is told to. */
export interface FakeEnvoy {
  readonly state: EnvoyState;
  /** Everything it was ever sent. */
  readonly log: readonly Send[];
  readonly faults: readonly Fault[];
  /** Asks for clusters and listeners, and from then on for what they lead to. */
  start(): void;
  /** Loses its streams and comes back, telling what it holds. */
  reconnect(): void;
  drop(type: TypeUrl): void;
  send(request: {
    readonly type: TypeUrl;
    readonly subscribe?: readonly string[];
    readonly unsubscribe?: readonly string[];
    readonly initialVersions?: ReadonlyMap<string, string>;
    readonly nonce?: string;
    readonly error?: string;
  }): void;
  /** Responses of that type (of any type) that it has not answered, oldest first. */
  unanswered(type?: TypeUrl): readonly Send[];
  accept(send: Send): void;
  /** Refuses the whole response, taking nothing of it. */
  refuse(send: Send, message?: string): void;
  /** Answers everything, in order, until nothing more comes; what `refuses` names it refuses. */
  settle(refuses?: (resource: Resource) => boolean): void;
  /** `name@version` of what it runs, sorted. */
  runs(type: TypeUrl): readonly string[];
  event(event: EnvoyEvent): void;
  /** Stops or starts taking responses; stopped, the protocol is told so. */
  setReading(reading: boolean): void;
}

export interface Stage {
  readonly world: Snapshot;
  readonly now: () => number;
  envoy(options?: FakeEnvoyOptions): FakeEnvoy;
  /** A part of the first world. */
  draft(change: WorldChange): void;
  publish(change: WorldChange): void;
  /** Lets time pass, with a tick at its end. */
  pass(milliseconds: number): void;
}

export const createStage = (): Stage => {
  const world = createSnapshot();
  const envoys: FakeEnvoy[] = [];
  let now = 1_000;
  const moved = (change: WorldChange): void => {
    for (const envoy of envoys) envoy.event({ type: 'moved', at: now, change });
  };
  return {
    world,
    now: () => now,
    envoy(options = {}) {
      const envoy = createFakeEnvoy(world, () => now, options);
      envoys.push(envoy);
      return envoy;
    },
    draft(change) {
      world.draft(change);
      moved(change);
    },
    publish(change) {
      world.apply(change);
      moved(change);
    },
    pass(milliseconds) {
      now += milliseconds;
      for (const envoy of envoys) envoy.event({ type: 'tick', at: now });
    },
  };
};

const createFakeEnvoy = (world: Snapshot, now: () => number, options: FakeEnvoyOptions): FakeEnvoy => {
  const { mode = 'delta', aggregated = true, followsScopes = false } = options;
  const state = createEnvoyState(world);
  const log: Send[] = [];
  const faults: Fault[] = [];
  const inbox: Send[] = [];
  const held = new Map<TypeUrl, Map<string, Resource>>();
  const streams = new Map<string, number>();
  /** State of the world: names asked for, and the nonce answered last. */
  const wanted = new Map<TypeUrl, Set<string>>();
  const nonces = new Map<TypeUrl, string>();
  let opened = 0;
  let reading = true;

  const heldOf = (type: TypeUrl): Map<string, Resource> => {
    const found = held.get(type) ?? new Map<string, Resource>();
    held.set(type, found);
    return found;
  };

  const event = (happened: EnvoyEvent): void => {
    const sends = reduce(state, happened);
    for (const send of sends) check(send);
    log.push(...sends);
    inbox.push(...sends);
    for (const stream of new Set(sends.map((send) => send.stream))) {
      event({ type: reading ? 'writable' : 'blocked', at: now(), stream });
    }
  };

  const check = (send: Send): void => {
    const names = send.resources.map((resource) => resource.name);
    const all = send.mode === 'delta' ? [...names, ...send.removed] : names;
    if (new Set(all).size !== all.length) faults.push(`a name twice in one response of ${send.type}`);
    if (send.resources.some((resource) => resource.type !== send.type)) faults.push(`mixed types in ${send.type}`);
  };

  const streamFor = (type: TypeUrl): number => {
    const key = aggregated ? 'all' : type;
    const found = streams.get(key);
    if (found !== undefined) return found;
    opened += 1;
    streams.set(key, opened);
    event({ type: 'opened', at: now(), stream: opened, mode });
    return opened;
  };

  const send: FakeEnvoy['send'] = ({ type, subscribe = [], unsubscribe = [], initialVersions, nonce, error }) => {
    const stream = streamFor(type);
    const base = { type, error: error ?? null };
    const names = wanted.get(type) ?? new Set<string>();
    for (const name of subscribe) names.add(name);
    for (const name of unsubscribe) names.delete(name);
    wanted.set(type, names);
    const request =
      mode === 'delta'
        ? {
            ...base,
            mode,
            subscribe,
            unsubscribe,
            initialVersions: initialVersions ?? new Map<string, string>(),
            nonce: nonce ?? '',
          }
        : { ...base, mode, names: [...names], nonce: nonce ?? nonces.get(type) ?? '' };
    event({ type: 'request', at: now(), stream, request });
  };

  const answer = (response: Send, error?: string): void => {
    inbox.splice(inbox.indexOf(response), 1);
    nonces.set(response.type, response.nonce);
    send({ type: response.type, nonce: response.nonce, ...(error === undefined ? {} : { error }) });
  };

  const put = (resource: Resource): void => {
    const clusters = heldOf(typeUrl.cluster);
    for (const need of resource.needs) {
      if (!clusters.has(need)) faults.push(`${resource.name} names ${need}, which is not accepted`);
    }
    heldOf(resource.type).set(resource.name, resource);
  };

  const take = (type: TypeUrl, name: string): void => {
    heldOf(type).delete(name);
    if (type !== typeUrl.cluster) return;
    for (const resources of held.values()) {
      for (const resource of resources.values()) {
        if (resource.needs.includes(name)) faults.push(`${name} was taken away under ${resource.name}`);
      }
    }
  };

  /** What Envoy asks for on its own because of what it was given. */
  const follow = (type: TypeUrl, before: ReadonlySet<string>): void => {
    const after = heldOf(type);
    const added = [...after.keys()].filter((name) => !before.has(name));
    const gone = [...before].filter((name) => !after.has(name));
    const child = type === typeUrl.cluster ? typeUrl.endpoints : type === typeUrl.scopedRoute ? typeUrl.route : null;
    if (type === typeUrl.listener && added.length > 0 && !wanted.has(typeUrl.scopedRoute)) {
      send({ type: typeUrl.scopedRoute });
    }
    if (child === null || (child === typeUrl.route && !followsScopes) || added.length + gone.length === 0) return;
    for (const name of gone) heldOf(child).delete(name);
    send({ type: child, subscribe: added, unsubscribe: gone });
  };

  const apply = (response: Send): void => {
    const mine = heldOf(response.type);
    const before = new Set(mine.keys());
    // What was not asked for (any more) is ignored.
    const isWanted = (name: string): boolean =>
      isWholeType(response.type) || wanted.get(response.type)?.has(name) === true;
    for (const resource of response.resources) if (isWanted(resource.name)) put(resource);
    const names = new Set(response.resources.map((resource) => resource.name));
    const isWhole = response.mode === 'sotw' && isWholeType(response.type);
    const gone = isWhole ? [...before].filter((name) => !names.has(name)) : [];
    for (const name of response.mode === 'delta' ? response.removed : gone) take(response.type, name);
    follow(response.type, before);
  };

  const accept = (response: Send): void => {
    apply(response);
    answer(response);
  };

  const refuse = (response: Send, message = 'refused'): void => answer(response, message);

  const closeAll = (): void => {
    for (const stream of streams.values()) event({ type: 'closed', at: now(), stream });
    streams.clear();
    inbox.length = 0;
    nonces.clear();
  };

  return {
    state,
    log,
    faults,
    event,
    send,
    accept,
    refuse,
    start() {
      send({ type: typeUrl.cluster });
      send({ type: typeUrl.listener });
    },
    reconnect() {
      closeAll();
      for (const [type, names] of wanted) {
        // An Envoy that has named something beside its wildcard says `*` from then on.
        if (isWholeType(type) && names.size > 0) names.add('*');
        const versions = [...heldOf(type)].map(([name, resource]) => [name, resource.version] as const);
        send({ type, subscribe: [...names], initialVersions: new Map(versions) });
      }
    },
    drop(type) {
      const stream = streams.get(type);
      if (stream === undefined) throw new Error(`no stream for ${type}`);
      streams.delete(type);
      event({ type: 'closed', at: now(), stream });
      const rest = inbox.filter((response) => response.stream !== stream);
      inbox.splice(0, inbox.length, ...rest);
      nonces.delete(type);
    },
    unanswered: (type) => inbox.filter((response) => type === undefined || response.type === type),
    settle(refuses = () => false) {
      for (let rounds = 0; inbox.length > 0; rounds += 1) {
        if (rounds > 100_000) throw new Error('never quiet');
        const [response] = inbox;
        if (response === undefined) return;
        const isFresh = (resource: Resource): boolean => heldOf(resource.type).get(resource.name) !== resource;
        if (response.resources.some((resource) => isFresh(resource) && refuses(resource))) refuse(response);
        else accept(response);
      }
    },
    runs: (type) => [...heldOf(type).values()].map(({ name, version }) => `${name}@${version}`).sort(),
    setReading(next) {
      reading = next;
      for (const stream of streams.values()) event({ type: next ? 'writable' : 'blocked', at: now(), stream });
    },
  };
};

/** `name@version` of every resource of that type in the world, sorted: what an Envoy should run. */
export const inWorld = (world: Snapshot, type: TypeUrl): readonly string[] =>
  [...world.names(type)].map((name) => `${name}@${world.get(type, name)?.version}`).sort();

export const sentNames = (sends: readonly Send[]): readonly string[] =>
  sends.flatMap((send) => send.resources.map((resource) => resource.name));

export const removedNames = (sends: readonly Send[]): readonly string[] =>
  sends.flatMap((send) => (send.mode === 'delta' ? send.removed : []));
