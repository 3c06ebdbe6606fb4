import type { LoadQuestion } from './load.ts';
import { ingress, type Manifest, proxy, service, slice } from './manifests.ts';

/** The objects that one edit of a host takes away and brings. */
interface Edit {
  readonly removed: readonly Manifest[];
  readonly applied: readonly Manifest[];
}

/** Hosts of which each is answered as its last edit says, or while Envoys are being told, as one of the last. */
interface Hosts {
  /** Makes a random edit. */
  edit(): Edit;
  /** From now on only what each host was edited to last is right. */
  settle(): void;
  question(): LoadQuestion;
}

export const wildcard = '*.churn.example.com';

/** All objects that a host may own, under names of its own, so that removing them is one list. */
function objectsOf(host: string, to: string, ports: ReadonlyMap<string, number>): readonly Manifest[] {
  const own = host.replaceAll('.', '-');
  const port = ports.get('one') ?? 0;
  switch (to) {
    case 'gone':
      return [];
    case 'missing':
      return [proxy(host, `${own}-missing`)];
    case 'empty':
      return [proxy(host, own), service(own), slice(own)];
    case 'own':
      return [proxy(host, own), service(own), slice(own, port)];
    case 'ingress':
      return [ingress(host, host, '/', 'two')];
    case 'closed':
      return [proxy(host, 'one', { secret: `${own}-missing` })];
    default:
      return [proxy(host, to)];
  }
}

/** What answers plain HTTP then. A host that is gone falls to the wildcard above it. */
const answers: ReadonlyMap<string, string | number> = new Map<string, string | number>([
  ['gone', 'wild'],
  ['missing', 503],
  ['empty', 503],
  ['own', 'one'],
  ['ingress', 'two'],
  ['closed', 503],
  ['one', 'one'],
  ['two', 'two'],
]);

const key = (manifest: Manifest) => `${String(manifest['kind'])} ${(manifest['metadata'] as { name: string }).name}`;

/** @param random the next number, below one */
export function createHosts(count: number, ports: ReadonlyMap<string, number>, random: () => number): Hosts {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const names = Array.from({ length: count }, (_, index) => `host-${index}.churn.example.com`);
  const present = new Map(names.map((name) => [name, [] as readonly Manifest[]]));
  const right = new Map(names.map((name) => [name, ['wild'] as readonly (string | number)[]]));
  const allowed = (name: string) => right.get(name) ?? [];
  return {
    edit() {
      const name = pick(names);
      const to = pick([...answers.keys()]);
      const answer = answers.get(to) ?? 404;
      const applied = objectsOf(name, to, ports);
      const kept = new Set(applied.map(key));
      const removed = (present.get(name) ?? []).filter((manifest) => !kept.has(key(manifest)));
      present.set(name, applied);
      right.set(name, [...allowed(name), answer]);
      return { removed, applied };
    },
    settle() {
      for (const [name, answers] of right) right.set(name, answers.slice(-1));
    },
    question() {
      const host = pick(names);
      const before = allowed(host);
      return {
        host,
        right: (status, said) => [...before, ...allowed(host)].includes(status === 200 ? (said ?? '') : status),
      };
    },
  };
}

/** The same numbers in every run. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
