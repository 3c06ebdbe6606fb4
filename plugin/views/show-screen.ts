import type { Io } from '../io.ts';
import { glyphsOf } from './glyphs.ts';
import type { Backstage, Lend, Screen } from './screen.ts';
import { createStore } from './store.ts';

/** Why a screen is gone: by what it says itself, or because the program is to end. */
export type ScreenEnd<End> = { readonly type: 'ended'; readonly end: End } | { readonly type: 'interrupted' };

/** News are drawn four times a second at most. */
const gatherMs = 250;

export interface ShowOptions<State, Event, Effect, End> {
  readonly screen: Screen<State, Event, Effect, End>;
  readonly initial: State;
  readonly backstage: Backstage<Event, Effect>;
  /** Whether it takes the whole terminal, and gives back what was there. */
  readonly whole: boolean;
  readonly ascii: boolean;
}

/**
 * Shows a screen until it ends. The terminal is as it was then, whichever way it ended; what is to stay on it is
 * written afterwards. Rejects with what `backstage` throws: a mistake of ours.
 */
export async function showScreen<State, Event, Effect, End>(
  { screen, initial, backstage, whole, ascii }: ShowOptions<State, Event, Effect, End>,
  io: Io,
): Promise<ScreenEnd<End>> {
  const { render, appOf } = await loadInk(io.terminal.color);
  const outcome = Promise.withResolvers<ScreenEnd<End>>();
  const stop = new AbortController();
  let lend: Lend = (use) => use();
  const store = createStore(screen, initial, {
    perform: (effect) => backstage.perform(effect, store.dispatch, (use) => lend(() => unread(use))),
    end: (end) => outcome.resolve({ type: 'ended', end }),
    gatherMs,
  });
  const release = io.onInterrupt(() => outcome.resolve({ type: 'interrupted' }));
  const app = appOf<State, Event, Effect, End>({
    screen,
    store,
    mark: glyphsOf(ascii).more,
    onLend: (each: Lend) => void (lend = each),
  });
  const shown = render(app, {
    alternateScreen: whole,
    exitOnCtrlC: false,
    incrementalRendering: true,
    // Whether there is somebody to look was decided before this was loaded.
    interactive: true,
    maxFps: 10,
    patchConsole: false,
  });
  try {
    backstage.start(store.dispatch, stop.signal);
    return await outcome.promise;
  } finally {
    stop.abort();
    store.close();
    shown.unmount();
    await shown.waitUntilExit();
    release();
  }
}

/** ink lets go of the terminal, but Node would go on to read from it, and an editor would miss what is typed. */
async function unread(use: () => Promise<void>): Promise<void> {
  // The stream finds out in the next turn that nobody listens to it any more.
  await new Promise((resolve) => setImmediate(resolve));
  process.stdin.pause();
  await use();
}

/** Colours are decided once for the whole program: ink would look at other variables, and not at NO_COLOR. */
async function loadInk(color: boolean) {
  const before = process.env['FORCE_COLOR'];
  process.env['FORCE_COLOR'] = color ? '1' : '0';
  const [{ render }, { appOf }] = await Promise.all([import('ink'), import('./frame.ts')]);
  // It is read once, and is not meant for an editor that is started from here.
  if (before === undefined) delete process.env['FORCE_COLOR'];
  else process.env['FORCE_COLOR'] = before;
  return { render, appOf };
}
