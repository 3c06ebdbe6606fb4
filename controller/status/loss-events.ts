import { createHash } from 'node:crypto';
import type { KubernetesClient } from '../../kubernetes/client.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import { ApiError, isKubernetesError, type KubernetesError } from '../../kubernetes/errors.ts';
import { createWarning } from '../../kubernetes/event.ts';
import type { Graph, HostName } from '../../routing/graph/graph.ts';
import { type RefKey, refKey } from '../../routing/objects/ref.ts';
import type { Log } from '../log.ts';
import type { StoredStatus } from './stored-status.ts';
import { type Loss, lossesOf } from './losses.ts';
import { verdictOnWrite } from './verdict.ts';

export interface LossEventsOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly date: () => Date;
  readonly identity: string;
  readonly graph: Pick<Graph, 'hosts'>;
  readonly stored: (key: RefKey) => StoredStatus | null;
  readonly mayWrite: () => boolean;
  readonly log: Log;
}

/** Tells the owner of an object, by a Warning Event, what it lost to another. A help, and no more: nothing waits for it. */
export interface LossEvents {
  /** Tells of what is lost now; what was told of within the last hour the API server knows by its name. */
  start(): void;
  moved(hosts: Iterable<HostName>): void;
  stop(): void;
}

const usualMs = 100;
const waitingAtMost = 1_000;
const deniedMs = 60_000;
const troubleMs = 5_000;

export function createLossEvents(options: LossEventsOptions): LossEvents {
  const { graph, log } = options;
  let run: { readonly outbox: Outbox; readonly told: Map<HostName, ReadonlySet<string>> } | null = null;

  function look(host: HostName): void {
    const found = graph.hosts.get(host);
    const losses = found === undefined ? [] : lossesOf(found);
    const before = run?.told.get(host);
    for (const loss of losses) if (before?.has(loss.id) !== true) run?.outbox.add(loss);
    if (losses.length === 0) run?.told.delete(host);
    else run?.told.set(host, new Set(losses.map(({ id }) => id)));
  }

  return {
    start() {
      run?.outbox.stop();
      run = { outbox: createOutbox(options, createComplaint(log)), told: new Map() };
      for (const host of graph.hosts.keys()) look(host);
    },
    moved(hosts) {
      if (run !== null) for (const host of hosts) look(host);
    },
    stop() {
      run?.outbox.stop();
      run = null;
    },
  };
}

type Outbox = ReturnType<typeof createOutbox>;

/** Sends one at a time, and drops what there is no room for. */
function createOutbox(options: LossEventsOptions, complain: (error: KubernetesError | null) => void) {
  const { clock, log } = options;
  const end = new AbortController();
  const waiting: Loss[] = [];
  let dropped = 0;
  let isSending = false;

  /** Answers how long to wait before the next, in ms. */
  async function send(loss: Loss): Promise<number> {
    try {
      await tell(options, loss, end.signal);
      complain(null);
      return usualMs;
    } catch (error) {
      if (!isKubernetesError(error)) throw error;
      if (end.signal.aborted) return 0;
      complain(error);
      const againMs = againIn(error);
      if (againMs !== null) waiting.unshift(loss);
      return againMs ?? usualMs;
    }
  }

  async function sendAll(): Promise<void> {
    isSending = true;
    for (let loss = waiting.shift(); loss !== undefined && !end.signal.aborted; loss = waiting.shift())
      await clock.sleep(await send(loss), end.signal);
    isSending = false;
    if (dropped > 0) log('warning', 'more was lost to other objects than events tell', { events: dropped });
    dropped = 0;
  }

  return {
    add(loss: Loss): void {
      if (waiting.length >= waitingAtMost) dropped += 1;
      else waiting.push(loss);
      if (!isSending) void sendAll();
    },
    stop: () => end.abort(),
  };
}

/** When one that was refused may be tried again, in ms; null where it would be refused again. */
function againIn(error: KubernetesError): number | null {
  if (!(error instanceof ApiError)) return deniedMs;
  switch (verdictOnWrite(error, 'create')) {
    case 'denied':
      return deniedMs;
    case 'throttled':
    case 'trouble':
      return error.retryAfterMs ?? troubleMs;
    default:
      // A namespace that ends takes nothing more.
      return null;
  }
}

async function tell(
  { client, stored, mayWrite, date, identity }: LossEventsOptions,
  { id, ref, holder, reason, note }: Loss,
  signal: AbortSignal,
): Promise<void> {
  const { uid = '' } = stored(refKey(ref)) ?? {};
  if (uid === '' || !mayWrite()) return;
  const digest = createHash('sha256')
    .update(JSON.stringify([uid, id]))
    .digest('hex')
    .slice(0, 16);
  const name = `${ref.name.slice(0, 230).replace(/[-.]+$/, '')}.${digest}`;
  const about = { regarding: ref, uid, related: holder, reason, note };
  await createWarning(client, { ...about, name, time: date(), instance: identity }, signal);
}

/** Once, until one was sent again. */
function createComplaint(log: Log): (error: KubernetesError | null) => void {
  let said = false;
  return (error) => {
    if (error !== null && !said) log('warning', `events cannot be written: ${error.message}`);
    said = error !== null;
  };
}
