import type { RouteTable } from '../../route-table.ts';
import type { Question, Source } from '../../source.ts';
import { CommandFailure } from '../../failure.ts';
import type { Expectation, LiveState } from './live.ts';

/** What became of the waiting. */
export type LiveOutcome =
  | { readonly type: 'live'; readonly envoys: number; readonly of: number; readonly seconds: number }
  /** Served by the controller, and no Envoy is there to have it. */
  | { readonly type: 'alone' }
  /** `state` is null where nobody has said anything so far. */
  | { readonly type: 'late'; readonly state: LiveState | null; readonly seconds: number }
  | { readonly type: 'invalid'; readonly reasons: readonly string[] }
  /** Nobody who could say so can be asked. */
  | { readonly type: 'untold'; readonly reason: string };

/** Listens from before the write on, so that no time is lost behind it. */
export interface LiveWatch {
  /** Counts from the moment of the call. */
  outcome(expected: Expectation, timeoutMs: number): Promise<LiveOutcome>;
  close(): Promise<void>;
}

/** @param now monotonic, in ms */
export function watchLive(open: () => Promise<Source>, question: Question<RouteTable>, now: () => number): LiveWatch {
  const stop = new AbortController();
  let latest: RouteTable | null = null;
  let broken: string | null = null;
  let isOpen = false;
  let wake: () => void = () => {};
  const sink = (table: RouteTable): void => {
    latest = table;
    wake();
  };
  const listening = (async () => {
    const source = await open();
    isOpen = true;
    try {
      await source.follow(question, sink, () => {}, stop.signal);
    } finally {
      await source.close();
    }
  })().catch((error: unknown) => {
    if (!(error instanceof CommandFailure)) throw error;
    broken = error.message;
    wake();
  });
  return {
    async outcome(expected, timeoutMs) {
      const start = now();
      for (;;) {
        const seconds = (now() - start) / 1000;
        if (broken !== null) return { type: 'untold', reason: broken };
        const state = latest === null ? null : stateIn(latest, expected);
        if (latest !== null && state?.type === 'untold') return { type: 'untold', reason: silenceOf(latest) };
        const end = state === null ? null : ended(state, seconds);
        if (end !== null) return end;
        const left = timeoutMs - seconds * 1000;
        if (left <= 0) return { type: 'late', state, seconds };
        await sleep(left, (woken) => (wake = woken));
      }
    },
    async close() {
      stop.abort();
      // Who is still looking for somebody to listen to is not waited for: that would be over the time.
      if (isOpen) await listening;
    },
  };
}

/** Why nobody says which Envoys have a change. */
function silenceOf({ source }: RouteTable): string {
  if (source.from !== 'api') return 'the controller does not say which Envoys have it';
  return `no controller was asked whether it is live${source.why === null ? '' : `: ${source.why}`}`;
}

function stateIn({ source, items }: RouteTable, expected: Expectation): LiveState {
  return source.from === 'controller' ? expected(items) : { type: 'untold' };
}

function ended(state: LiveState, seconds: number): LiveOutcome | null {
  if (state.type === 'invalid') return state;
  if (state.type !== 'served') return null;
  if (state.of === 0) return { type: 'alone' };
  return state.envoys === state.of ? { type: 'live', envoys: state.envoys, of: state.of, seconds } : null;
}

function sleep(ms: number, arm: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    arm(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
