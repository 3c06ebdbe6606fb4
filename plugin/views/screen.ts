import type { Key } from './key.ts';
import type { Line } from './line.ts';

/** What becomes of a state by an event. */
export interface Step<State, Effect, End> {
  readonly state: State;
  /** What is to be done outside, in this order. */
  readonly effects: readonly Effect[];
  /** Null as long as the screen stays. */
  readonly end: End | null;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface KeyEvent {
  readonly type: 'key';
  readonly key: Key;
}

/** A screen as three pure functions. */
export interface Screen<State, Event, Effect, End> {
  update(state: State, event: Event | KeyEvent): Step<State, Effect, End>;
  /** No more lines than there are rows. */
  draw(state: State, size: Size): readonly Line[];
  /** The same in sentences, for a screen reader. */
  read(state: State): readonly string[];
}

export type Dispatch<Event> = (event: Event) => void;

/** What a screen may ask of the world while it is shown. */
export interface Backstage<Event, Effect> {
  /** Begins what goes on by itself until `signal` is aborted. */
  start(dispatch: Dispatch<Event>, signal: AbortSignal): void;
  perform(effect: Effect, dispatch: Dispatch<Event>, lend: Lend): void;
}

/** Gives the terminal to somebody else until `use` is through. */
export type Lend = (use: () => Promise<void>) => Promise<void>;

export function stay<State, Effect = never, End = never>(
  state: State,
  ...effects: readonly Effect[]
): Step<State, Effect, End> {
  return { state, effects, end: null };
}
