import { createBackoff } from '../../kubernetes/backoff.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { HostName } from '../../routing/graph/graph.ts';
import type { Accepted, HostRefusal } from './accepted.ts';
import type { AcceptedListener } from './local.ts';
import { decodePeerMessage, type PeerMessage } from './peer-message.ts';

/** Another controller, by its address; what it told is null while it cannot be asked. */
export interface Peer {
  readonly address: string;
  readonly accepted: Accepted | null;
}

export interface Peers {
  /** Who else there is. Null where that is not known. */
  readonly all: readonly Peer[] | null;
  /** `HOST:PORT` of every controller, our own among them or not. */
  found(addresses: readonly string[]): void;
  stop(): void;
}

export interface PeersOptions {
  readonly clock: Pick<Clock, 'sleep' | 'random'>;
  /** Our own: a controller that tells of it is ourselves. */
  readonly instance: string;
  /** Follows one controller until that ends, and resolves to why. */
  readonly follow: (address: string, onMessage: (bytes: Uint8Array) => void, signal: AbortSignal) => Promise<string>;
  readonly onChange: AcceptedListener;
  /** Says once that a controller cannot be asked, and why, and once that it can again (null). */
  readonly onReach: (address: string, reason: string | null) => void;
}

const nobody: ReadonlySet<HostName> = new Set();

/** Follows every other controller. What one told is forgotten with its stream: it may be another one when it comes back. */
export function createPeers(options: PeersOptions): Peers {
  const followed = new Map<string, Followed>();
  let isKnown = false;
  return {
    get all() {
      if (!isKnown) return null;
      return [...followed]
        .filter(([, { isSelf }]) => !isSelf)
        .map(([address, { told }]) => ({ address, accepted: told }));
    },
    found(addresses) {
      const before = [...followed.keys()];
      for (const address of before) {
        if (addresses.includes(address)) continue;
        followed.get(address)?.stop();
        followed.delete(address);
      }
      for (const address of addresses) if (!followed.has(address)) followed.set(address, followOne(options, address));
      isKnown = true;
      options.onChange(nobody);
    },
    stop() {
      for (const one of followed.values()) one.stop();
      followed.clear();
    },
  };
}

interface Followed {
  readonly told: Accepted | null;
  readonly isSelf: boolean;
  stop(): void;
}

function followOne({ clock, instance, follow, onChange, onReach }: PeersOptions, address: string): Followed {
  const end = new AbortController();
  const backoff = createBackoff(clock);
  let told: Accepted | null = null;
  let isSelf = false;

  /** Answers what ends the stream: a message that is none, or one of our own. */
  function take(book: Book, bytes: Uint8Array): boolean {
    const message = decodePeerMessage(bytes);
    if (message === null) return false;
    isSelf = message.instance === instance;
    if (isSelf) return false;
    const before = told === null ? null : book.envoys;
    const moved = book.write(message);
    if (!message.whole && told === null) return true;
    if (told === null) onReach(address, null);
    told = book;
    backoff.reset();
    if (before !== book.envoys) onChange(nobody);
    if (moved.size > 0) onChange(moved);
    return true;
  }

  async function once(): Promise<string> {
    const book = createBook();
    const stream = new AbortController();
    let isOdd = false;
    const onMessage = (bytes: Uint8Array): void => {
      if (stream.signal.aborted || take(book, bytes)) return;
      isOdd = !isSelf;
      stream.abort();
    };
    const reason = await follow(address, onMessage, AbortSignal.any([end.signal, stream.signal]));
    return isOdd ? 'it answers what cannot be read' : reason;
  }

  async function run(): Promise<void> {
    let said = false;
    while (!end.signal.aborted) {
      const reason = await once();
      if (end.signal.aborted) return;
      if (told !== null) said = false;
      told = null;
      onChange(nobody);
      if (isSelf) return;
      if (!said) onReach(address, reason);
      said = true;
      await clock.sleep(Math.min(backoff.next(), longestPauseMs), end.signal);
    }
  }

  void run();
  return {
    get told() {
      return told;
    },
    get isSelf() {
      return isSelf;
    },
    stop: () => end.abort(),
  };
}

const longestPauseMs = 5_000;

type Book = Accepted & {
  /** Answers the hosts it is about. */
  write(message: PeerMessage): ReadonlySet<HostName>;
};

/** What one controller told. */
function createBook(): Book {
  const digests = new Map<HostName, string>();
  const refusals = new Map<HostName, HostRefusal>();
  let envoys = 0;
  return {
    get envoys() {
      return envoys;
    },
    digestOf: (host) => digests.get(host) ?? null,
    refusalOf: (host) => refusals.get(host) ?? null,
    write(message) {
      envoys = message.envoys;
      for (const { host, digest, refusal } of message.hosts) {
        putOrDrop(digests, host, digest);
        putOrDrop(refusals, host, refusal);
      }
      return new Set(message.hosts.map(({ host }) => host));
    },
  };
}

function putOrDrop<Value>(values: Map<HostName, Value>, host: HostName, value: Value | null): void {
  if (value === null) values.delete(host);
  else values.set(host, value);
}
