import type { Clock } from '../../kubernetes/clock.ts';
import type { RefKey } from '../../routing/objects/ref.ts';
import type { AskProgramming } from './programmed-condition.ts';

/** The objects whose hosts not every Envoy had accepted when they were looked at last. */
export interface Unsettled {
  /** The same question, with a note of the object where the answer may change by itself. */
  watch(key: RefKey, ask: AskProgramming): AskProgramming;
  /** An Envoy came, went or answered. */
  progress(): void;
  stop(): void;
}

/** At most a round so often, in ms; and for many objects so much longer for each, so that looking is never all that is done. */
const leastMs = 50;
const perObjectMs = 0.2;

/** @param look takes the objects to look at once more, a while after an Envoy has answered */
export function createUnsettled(clock: Clock, look: (keys: readonly RefKey[]) => void): Unsettled {
  const keys = new Set<RefKey>();
  const end = new AbortController();
  let isDue = false;

  async function round(): Promise<void> {
    await clock.sleep(leastMs + perObjectMs * keys.size, end.signal);
    isDue = false;
    if (end.signal.aborted) return;
    const found = [...keys];
    keys.clear();
    look(found);
  }

  return {
    watch: (key, ask) => (host) => {
      const answer = ask(host);
      if (answer.state !== 'accepted') keys.add(key);
      return answer;
    },
    progress() {
      if (isDue || end.signal.aborted) return;
      isDue = true;
      void round();
    },
    stop: () => end.abort(),
  };
}
