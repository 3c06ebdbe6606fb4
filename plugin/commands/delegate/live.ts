import type { Io } from '../../io.ts';
import { openSource } from '../../load/open-source.ts';
import { type LiveOutcome, type LiveWatch, watchLive } from '../../services/change/await-live.ts';
import { type Expectation, includeLive, rowsQuestion, stateOf } from '../../services/change/live.ts';
import type { PathPlan } from '../../services/delegate/plan-path.ts';
import type { WriteFlags } from './session.ts';

/** Waits for a path to be somebody else's on every Envoy. */
export interface PathWatch {
  /** Listens from now on, so that no time is lost behind the write. */
  begin(plan: PathPlan): void;
  outcome(plan: PathPlan, timeoutMs: number): Promise<LiveOutcome | null>;
  close(): Promise<void>;
}

/** @param isWanted whether the child is to be there, or to be gone */
export function watchPath(flags: WriteFlags, command: string, isWanted: boolean, io: Io): PathWatch {
  let watch: LiveWatch | null = null;
  return {
    begin({ root, includer, differences }) {
      // A child without routes shows in no table.
      if (differences.length === 0) return;
      const asked = { ...flags, filename: [], closed: false };
      const open = () => openSource(asked, io, { command, watch: true });
      watch = watchLive(open, rowsQuestion(root, includer.namespace), () => performance.now());
    },
    outcome: async (plan, timeoutMs) => (await watch?.outcome(expectation(plan, isWanted), timeoutMs)) ?? null,
    close: async () => watch?.close(),
  };
}

function expectation({ root, pointer, child, includer }: PathPlan, isWanted: boolean): Expectation {
  const reached = includeLive(root, pointer, child, includer.namespace);
  if (isWanted) return reached;
  return (items) => {
    const state = reached(items);
    const left = items.filter(({ via, source }) =>
      [...via, source].some(({ name, namespace }) => name === child.name && namespace === child.namespace),
    );
    if (left.length > 0 && state.type !== 'absent' && state.type !== 'old') return { type: 'old' };
    return stateOf(items, () => true);
  };
}
