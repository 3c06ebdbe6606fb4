/** The characters a screen draws with. */
export interface Glyphs {
  readonly full: string;
  readonly hollow: string;
  readonly empty: string;
  readonly rule: string;
  readonly divider: string;
  readonly pointer: string;
  readonly done: string;
  readonly now: string;
  readonly open: string;
  readonly cursor: string;
  readonly more: string;
  readonly arrow: string;
  readonly plusMinus: string;
  readonly levels: readonly string[];
  readonly keysAcross: string;
  readonly keysUpDown: string;
}

const unicode: Glyphs = {
  full: '█',
  hollow: '▒',
  empty: '░',
  rule: '─',
  divider: '│',
  pointer: '▸',
  done: '✓',
  now: '●',
  open: '○',
  cursor: '▌',
  more: '…',
  arrow: '->',
  plusMinus: '±',
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  keysAcross: '←→',
  keysUpDown: '↑↓',
};

const ascii: Glyphs = {
  full: '#',
  hollow: '+',
  empty: '.',
  rule: '-',
  divider: '|',
  pointer: '>',
  done: 'x',
  now: '*',
  open: 'o',
  cursor: '_',
  more: '~',
  arrow: '->',
  plusMinus: '+-',
  levels: ['_', '.', ':', '-', '=', '+', '*', '#'],
  keysAcross: '<>',
  keysUpDown: '^v',
};

export function glyphsOf(plain: boolean): Glyphs {
  return plain ? ascii : unicode;
}
