import { Box, Text, useApp, useInput, useIsScreenReaderEnabled, usePaste, useWindowSize } from 'ink';
import { createElement as h, type ComponentProps, type ReactElement, useEffect, useSyncExternalStore } from 'react';
import { keysOf } from './key.ts';
import { fit, type Line, type Look, line, wrapWords } from './line.ts';
import type { Lend, Screen } from './screen.ts';
import type { Store } from './store.ts';

type TextLook = Omit<ComponentProps<typeof Text>, 'children'>;

const looks: Readonly<Record<Look, TextLook>> = {
  plain: {},
  dim: { dimColor: true },
  bold: { bold: true },
  good: { color: 'green' },
  bad: { color: 'red' },
  warning: { color: 'yellow' },
  accent: { color: 'cyan' },
  selected: { inverse: true },
};

/** Lines that fit already, one below the other. */
export function Frame({ lines }: { readonly lines: readonly Line[] }): ReactElement {
  return h(
    Box,
    { flexDirection: 'column' },
    ...lines.map((spans, row) =>
      h(Text, { key: row, wrap: 'truncate' }, ...(spans.length === 0 ? [' '] : spans.map(drawSpan))),
    ),
  );
}

function drawSpan({ text, look }: Line[number], index: number): ReactElement {
  return h(Text, { key: index, ...looks[look] }, text);
}

export interface AppProps<State, Event, Effect, End> {
  readonly screen: Screen<State, Event, Effect, End>;
  readonly store: Store<State, Event>;
  /** What stands at the end of a line that was cut. */
  readonly mark: string;
  /** Is told how the terminal is lent. */
  readonly onLend: (lend: Lend) => void;
}

/** React is CommonJS: imported while the program runs, a bundle has it under other names than here. */
export function appOf<State, Event, Effect, End>(props: AppProps<State, Event, Effect, End>): ReactElement {
  return h(App<State, Event, Effect, End>, props);
}

/** Whatever the store holds, drawn; whatever is typed, told to the store. */
export function App<State, Event, Effect, End>(props: AppProps<State, Event, Effect, End>): ReactElement {
  const { screen, store, mark, onLend } = props;
  const state = useSyncExternalStore(store.subscribe, store.state);
  const { columns, rows } = useWindowSize();
  const { suspendTerminal } = useApp();
  const isRead = useIsScreenReaderEnabled();
  useEffect(() => onLend((use) => suspendTerminal(use)), [onLend, suspendTerminal]);
  useInput((input, key) => {
    for (const each of keysOf(input, key)) store.dispatch({ type: 'key', key: each });
  });
  usePaste((text) => store.dispatch({ type: 'key', key: { type: 'paste', text } }));
  if (isRead) {
    const sentences = screen.read(state).flatMap((sentence) => wrapWords(sentence, columns));
    return h(Frame, { lines: sentences.map((sentence) => line(sentence)) });
  }
  // One row less than there are: a line in the last one would make terminals scroll.
  const size = { columns: Math.max(1, columns), rows: Math.max(1, rows - 1) };
  const lines = screen.draw(state, size).slice(0, size.rows);
  return h(Frame, { lines: lines.map((each) => fit(each, size.columns, mark)) });
}
