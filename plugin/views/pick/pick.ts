import { type Glyphs, glyphsOf } from '../glyphs.ts';
import { isNamed, type Key } from '../key.ts';
import { type Line, line, pad, span } from '../line.ts';
import { moved, windowOf } from '../list.ts';
import { type KeyEvent, type Screen, type Size, stay, type Step } from '../screen.ts';
import { typed } from '../text-field.ts';

/** One of several, by what somebody types of it. */
export interface PickState {
  readonly title: string;
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly filter: string;
  /** Among those that fit the filter. */
  readonly at: number;
  readonly ascii: boolean;
}

export type PickEnd =
  { readonly type: 'picked'; readonly index: number } | { readonly type: 'left' } | { readonly type: 'interrupted' };

export function firstPick(
  title: string,
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  ascii: boolean,
): PickState {
  return { title, headers, rows, filter: '', at: 0, ascii };
}

function fitting({ rows, filter }: PickState): readonly number[] {
  const wanted = filter.toLowerCase();
  return rows.flatMap((cells, index) => (cells.some((cell) => cell.toLowerCase().includes(wanted)) ? [index] : []));
}

function update(state: PickState, { key }: KeyEvent): Step<PickState, never, PickEnd> {
  const end = (of: PickEnd): Step<PickState, never, PickEnd> => ({ state, effects: [], end: of });
  if (isNamed(key, 'interrupt')) return end({ type: 'interrupted' });
  if (isNamed(key, 'escape'))
    return state.filter === '' ? end({ type: 'left' }) : stay({ ...state, filter: '', at: 0 });
  const found = fitting(state);
  if (isNamed(key, 'enter')) {
    const index = found[state.at];
    return index === undefined ? stay(state) : end({ type: 'picked', index });
  }
  const at = moved(state.at, found.length, key);
  return stay(at === null ? filtered(state, key) : { ...state, at });
}

function filtered(state: PickState, key: Key): PickState {
  const filter = typed(state.filter, key);
  return filter === state.filter ? state : { ...state, filter, at: 0 };
}

function draw(state: PickState, { columns, rows }: Size): readonly Line[] {
  const glyphs = glyphsOf(state.ascii);
  const found = fitting(state);
  const widths = state.headers.map((header, column) =>
    Math.min(40, Math.max(header.length, ...state.rows.map((cells) => (cells[column] ?? '').length))),
  );
  const row = (cells: readonly string[]): string => cells.map((cell, at) => pad(cell, widths[at] ?? 0)).join('   ');
  const { from, to } = windowOf(state.at, found.length, Math.max(1, rows - 5));
  return [
    line(span(` ${state.title}`, 'bold')),
    line(span(glyphs.rule.repeat(columns), 'dim')),
    line(span(`   ${row(state.headers)}`, 'dim')),
    ...found
      .slice(from, to)
      .map((index, place) => drawRow(row(state.rows[index] ?? []), from + place === state.at, glyphs)),
    ...(found.length === 0 ? [line(span('   nothing fits', 'dim'))] : []),
    line(span(` filter: ${state.filter}`), span(glyphs.cursor)),
    line(span(` ${glyphs.keysUpDown} move  enter pick  esc leave`, 'dim')),
  ];
}

function drawRow(text: string, isChosen: boolean, { pointer }: Glyphs): Line {
  return line(span(` ${isChosen ? pointer : ' '} ${text}`, isChosen ? 'selected' : 'plain'));
}

function read(state: PickState): readonly string[] {
  const found = fitting(state);
  const chosen = found[state.at];
  return [
    state.title,
    `${found.length} of ${state.rows.length} fit the filter "${state.filter}".`,
    chosen === undefined ? 'None is chosen.' : `Chosen: ${state.rows[chosen]?.join(', ')}.`,
    'Keys: up and down move, enter picks, escape leaves, letters filter.',
  ];
}

export const pickScreen: Screen<PickState, never, never, PickEnd> = { update, draw, read };
