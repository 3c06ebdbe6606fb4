import type { KeyEvent, Screen } from './screen.ts';

/** The state of a screen while it is shown. */
export interface Store<State, Event> {
  state(): State;
  dispatch(event: Event | KeyEvent): void;
  /** Calls `changed` when there is something new to draw, until what it answers is called. */
  subscribe(changed: () => void): () => void;
  close(): void;
}

export interface StoreOptions<Effect, End> {
  readonly perform: (effect: Effect) => void;
  readonly end: (end: End) => void;
  /** How long what is news may gather before it is drawn, in ms; what somebody types is drawn at once. */
  readonly gatherMs: number;
}

export function createStore<State, Event, Effect, End>(
  screen: Pick<Screen<State, Event, Effect, End>, 'update'>,
  initial: State,
  { perform, end, gatherMs }: StoreOptions<Effect, End>,
): Store<State, Event> {
  const listeners = new Set<() => void>();
  let latest = initial;
  let drawn = initial;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let ended = false;
  const show = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    drawn = latest;
    for (const changed of listeners) changed();
  };
  return {
    state: () => drawn,
    dispatch(event) {
      if (ended) return;
      const step = screen.update(latest, event);
      latest = step.state;
      if (isKey(event)) show();
      else timer ??= setTimeout(show, gatherMs);
      for (const effect of step.effects) perform(effect);
      if (step.end === null) return;
      ended = true;
      end(step.end);
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    close() {
      ended = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

function isKey(event: unknown): event is KeyEvent {
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'key';
}
