import type { HostName } from '../../routing/graph/graph.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import type { AskProgramming } from './programmed-condition.ts';

/** The objects whose hosts not every Envoy had accepted when they were looked at last. */
export interface Unsettled {
  /** The same question, with a note of the object where the answer may change by itself. */
  watch(key: RefKey, ask: AskProgramming): AskProgramming;
  /** Something is known anew of these hosts; where there are none, of what all hosts share. */
  moved(hosts: ReadonlySet<HostName>): void;
}

/** @param look takes the objects to look at once more */
export function createUnsettled(look: (keys: Iterable<RefKey>) => void): Unsettled {
  const keys = new Map<HostName, Set<RefKey>>();
  return {
    watch: (key, ask) => (host) => {
      const answer = ask(host);
      const noted = keys.get(host);
      if (answer.state !== 'accepted') keys.set(host, (noted ?? new Set()).add(key));
      else if (noted?.delete(key) === true && noted.size === 0) keys.delete(host);
      return answer;
    },
    moved(hosts) {
      for (const host of hosts.size === 0 ? keys.keys() : hosts) look(keys.get(host) ?? []);
    },
  };
}
