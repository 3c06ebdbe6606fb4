import { isDeepStrictEqual } from 'node:util';
import type { Graph, HostName } from '../../routing/graph/graph.ts';
import type { EnvoyReport } from '../../xds/serve/server.ts';
import type { Loop } from '../loop.ts';
import type { Accepted, HostRefusal } from './accepted.ts';
import { viewOf } from './envoy-view.ts';
import { createRounds } from './rounds.ts';

export interface LocalOptions {
  readonly graph: Graph;
  readonly envoys: () => readonly EnvoyReport[];
  readonly served: Loop['served'];
  readonly digest: (host: HostName) => string | null;
}

/** Told of hosts for which `digestOf` or `refusalOf` answers anew; of none where only the number of Envoys moved. */
export type AcceptedListener = (hosts: ReadonlySet<HostName>) => void;

/** What the Envoys of this controller have accepted. */
export interface LocalAccepted extends Accepted {
  /** Of which anything is known, and of which nothing is to be told of any more when it goes. */
  hosts(): Iterable<HostName>;
  /** These hosts were published anew. */
  published(hosts: Iterable<HostName>): void;
  /** An Envoy came, went or answered: what was looked at is to be looked at again. */
  progressed(): void;
  /** Compares again some hundreds of the hosts that not every Envoy has accepted. Answers whether more are to come. */
  look(): boolean;
  onChange(listener: AcceptedListener): () => void;
}

/** Hosts in one look: some milliseconds. */
const hostsATime = 500;

/**
 * Only hosts that moved and are not accepted yet are looked at, so a quiet world costs nothing and an edit costs what it
 * moved. Once accepted a host stays so until it moves: an Envoy that comes must accept a whole world before it counts.
 */
export function createLocalAccepted({ graph, envoys, served, digest }: LocalOptions): LocalAccepted {
  const accepted = new Map<HostName, string>();
  const refused = new Map<HostName, HostRefusal>();
  const awaited = new Set<HostName>();
  const listeners = new Set<AcceptedListener>();
  const rounds = createRounds(awaited, hostsATime);
  let counted = 0;

  function tell(hosts: ReadonlySet<HostName>): void {
    for (const listener of listeners) listener(hosts);
  }

  function judge(host: HostName, views: readonly View[]): boolean {
    const now = digest(host);
    if (now === null) return false;
    const verdicts = views.map(({ node, look }) => ({ node, verdict: look(host) }));
    const [refusal] = verdicts.flatMap(({ node, verdict }) =>
      verdict.state === 'refused' ? [{ digest: now, message: `Envoy ${node} refused it: ${verdict.message}` }] : [],
    );
    if (refusal !== undefined) return put(refused, host, refusal);
    if (verdicts.some(({ verdict }) => verdict.state === 'pending')) return false;
    awaited.delete(host);
    const wasRefused = refused.delete(host);
    return put(accepted, host, now) || wasRefused;
  }

  return {
    get envoys() {
      return counted;
    },
    digestOf: (host) => accepted.get(host) ?? null,
    refusalOf: (host) => refused.get(host) ?? null,
    hosts: () => new Set([...accepted.keys(), ...refused.keys()]),
    published(hosts) {
      const gone = new Set<HostName>();
      for (const host of hosts) {
        if (graph.hosts.has(host)) awaited.add(host);
        else if (forget(host, [accepted, refused, awaited])) gone.add(host);
      }
      rounds.again();
      if (gone.size > 0) tell(gone);
    },
    progressed: rounds.again,
    look() {
      const before = counted;
      const views = viewsOf(envoys(), served);
      counted = views.length;
      if (counted !== before) tell(new Set());
      if (counted === 0) return false;
      const moved = rounds.next().filter((host) => awaited.has(host) && judge(host, views));
      if (moved.length > 0) tell(new Set(moved));
      return rounds.hasMore;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface View {
  readonly node: string;
  readonly look: ReturnType<typeof viewOf>;
}

/** Of those that have accepted one whole world. */
function viewsOf(envoys: readonly EnvoyReport[], served: Loop['served']): readonly View[] {
  return envoys.filter(({ complete }) => complete).map((envoy) => ({ node: envoy.node, look: viewOf(envoy, served) }));
}

/** Says whether anything changed. */
function put<Value>(values: Map<HostName, Value>, host: HostName, value: Value): boolean {
  if (isDeepStrictEqual(values.get(host), value)) return false;
  values.set(host, value);
  return true;
}

function forget(host: HostName, from: readonly { delete(host: HostName): boolean }[]): boolean {
  return from.map((known) => known.delete(host)).includes(true);
}
