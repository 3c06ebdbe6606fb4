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

export function keyOf(input: string, key: InkKey): Key {
  // A terminal in raw mode makes no signal of it.
  if (key.ctrl) return { type: 'named', name: input === 'c' ? 'interrupt' : 'other' };
  const named = names.find(([field]) => key[field]);
  if (named !== undefined) return { type: 'named', name: named[1] };
  return key.meta || input === '' ? { type: 'named', name: 'other' } : { type: 'text', text: input };
}

export function isNamed(key: Key, name: KeyName): boolean {
  return key.type === 'named' && key.name === name;
}

export function isText(key: Key, text: string): boolean {
  return key.type === 'text' && key.text === text;
}
