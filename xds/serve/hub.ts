import { status } from '@grpc/grpc-js';
import type { Dialect, WorldChange } from '../snapshot/resource.ts';
import { createSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { createDelivery, endCall, type Delivery } from './delivery.ts';
import { envoyFor, forgetLost, reportOf, type Call, type Envoy, type EnvoyReport } from './envoys.ts';
import { dialectOf, type Method } from './methods.ts';
import { serveStream, type StreamPorts } from './stream.ts';

export interface HubOptions {
  readonly now: () => number;
  readonly onFault: (error: unknown) => void;
}

/** Every world, every Envoy, every stream. */
export interface Hub {
  /** Serves one stream until it ends. */
  open(method: Method, call: Call): void;
  draft(dialect: Dialect, change: WorldChange): void;
  publish(dialect: Dialect, change: WorldChange): void;
  demand(listener: (dialect: Dialect) => void): void;
  envoys(): readonly EnvoyReport[];
  onProgress(listener: () => void): void;
  faults(): number;
  tick(): void;
  endAll(): void;
}

interface Listeners<Value> {
  add(listener: (value: Value) => void): void;
  call(value: Value): void;
}

const createListeners = <Value>(): Listeners<Value> => {
  const listeners = new Set<(value: Value) => void>();
  return {
    add: (listener) => void listeners.add(listener),
    call: (value) => listeners.forEach((listener) => listener(value)),
  };
};

/** Many calls of the returned function in one turn of the event loop make one call of `task`, after that turn. */
const onceATurn = (task: () => void): (() => void) => {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      task();
    });
  };
};

const createWorlds = (): ((dialect: Dialect) => Snapshot) => {
  const worlds = new Map<Dialect, Snapshot>();
  return (dialect) => {
    const found = worlds.get(dialect) ?? createSnapshot();
    worlds.set(dialect, found);
    return found;
  };
};

const joiner =
  (
    envoys: Set<Envoy>,
    delivery: Delivery,
    worldOf: (dialect: Dialect) => Snapshot,
    demand: (dialect: Dialect) => void,
  ): StreamPorts['join'] =>
  (stream, identity) => {
    const { id, method, call } = stream;
    const dialect = dialectOf(method);
    const envoy = envoyFor(envoys, identity, dialect, worldOf(dialect));
    envoy.identity = identity;
    stream.envoy = envoy;
    envoy.calls.set(id, call);
    delivery.guarded(envoy, { type: 'opened', stream: id, mode: method.mode });
    if (!worldOf(dialect).published) demand(dialect);
  };

export const createHub = ({ now, onFault }: HubOptions): Hub => {
  const envoys = new Set<Envoy>();
  const worldOf = createWorlds();
  const demands = createListeners<Dialect>();
  const progress = createListeners<void>();
  const progressed = onceATurn(() => progress.call());
  let opened = 0;
  let faults = 0;
  const count = (error: unknown): void => {
    faults += 1;
    onFault(error);
  };
  const delivery = createDelivery(now, (envoy, error) => {
    envoys.delete(envoy);
    count(error);
  });
  const ports: StreamPorts = {
    delivery,
    progressed,
    join: joiner(envoys, delivery, worldOf, demands.call),
    failed({ envoy, call }, error) {
      if (envoy !== null) return delivery.fail(envoy, error);
      endCall(call, status.INTERNAL, 'internal error');
      count(error);
    },
  };
  const moved = (dialect: Dialect, change: WorldChange): void => {
    const told = [...envoys].filter((envoy) => envoy.dialect === dialect);
    for (const envoy of told) delivery.guarded(envoy, { type: 'moved', change });
    progressed();
  };
  return {
    open(method, call) {
      opened += 1;
      serveStream(ports, opened, method, call);
    },
    draft(dialect, change) {
      worldOf(dialect).draft(change);
      moved(dialect, change);
    },
    publish(dialect, change) {
      worldOf(dialect).apply(change);
      moved(dialect, change);
    },
    demand: demands.add,
    envoys: () => [...envoys].filter(({ calls }) => calls.size > 0).map(reportOf),
    onProgress: progress.add,
    faults: () => faults,
    tick() {
      for (const envoy of envoys) delivery.guarded(envoy, { type: 'tick' });
      forgetLost(envoys, now());
    },
    endAll() {
      const calls = [...envoys].flatMap((envoy) => [...envoy.calls.values()]);
      for (const call of calls) endCall(call, status.UNAVAILABLE, 'the server is shutting down');
    },
  };
};
