/** What somebody typed: text that stands for itself, or a key with a name. What is pasted is never a command. */
export type Key =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'named'; readonly name: KeyName };

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'pageUp'
  | 'pageDown'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backspace'
  | 'interrupt'
  | 'other';

/** How ink tells of a key. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

const names: readonly (readonly [keyof InkKey, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageUp'],
  ['pageDown', 'pageDown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  // What terminals send for the backspace key.
  ['delete', 'backspace'],
];

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a terminal sends for keys that have no text. */
const controls: ReadonlyMap<string, KeyName> = new Map([
  ['\r', 'enter'],
  ['\n', 'enter'],
  ['\t', 'tab'],
  ['\u001b', 'escape'],
  ['\u0003', 'interrupt'],
  ['\u007f', 'backspace'],
  ['\b', 'backspace'],
]);

/** The keys that arrived together: who types fast, or over a slow line, presses several at once. */
export function keysOf(input: string, key: InkKey): readonly Key[] {
  // A terminal in raw mode makes no signal of it.
  if (key.ctrl) return [{ type: 'named', name: input === 'c' ? 'interrupt' : 'other' }];
  const named = names.find(([field]) => key[field]);
  // Escape and a letter behind it look like one key with Alt held.
  if (named !== undefined && !(key.escape && input !== '')) return [{ type: 'named', name: named[1] }];
  const typed = [...graphemes.segment(input)].map(({ segment }) => keyOf(segment));
  return key.meta ? [{ type: 'named', name: 'escape' }, ...typed] : typed;
}

function keyOf(text: string): Key {
  const name = controls.get(text) ?? (text < ' ' ? 'other' : null);
  return name === null ? { type: 'text', text } : { type: 'named', name };
}

export function isNamed(key: Key, name: KeyName): boolean {
  return key.type === 'named' && key.name === name;
}

export function isText(key: Key, text: string): boolean {
  return key.type === 'text' && key.text === text;
}
