import stringWidth from 'string-width';
import { escapeCell } from '../../output/escape.ts';
import type { Glyphs } from '../glyphs.ts';
import { beside, fit, type Line, line, type Look, span, wrapWords } from '../line.ts';
import { windowOf } from '../list.ts';
import type { Size } from '../screen.ts';
import type { SheetRow, SheetState } from './sheet.ts';

/** A list and, where there is room, all that is known of what is chosen in it. */
export function drawSheet(state: SheetState, { columns, rows }: Size, glyphs: Glyphs): readonly Line[] {
  const details = columns < 60 ? 0 : Math.min(60, Math.floor(columns / 3));
  const list = details === 0 ? columns : columns - details - 1;
  const panes = [
    { width: list, lines: drawList(state, { columns: list, rows }, glyphs) },
    ...(details === 0
      ? []
      : [{ width: details, lines: drawDetails(state.wanted[state.at], { columns: details, rows }) }]),
  ];
  return beside(panes, rows, glyphs.divider, glyphs.more);
}

const widestCell = 40;

function drawList({ sheet, wanted, at, warning }: SheetState, { rows }: Size, glyphs: Glyphs): readonly Line[] {
  if (sheet === null) return warning === null ? [line(span(' asking', 'dim'))] : [];
  const { from, to } = windowOf(at, wanted.length, rows - 1);
  const seen = wanted.slice(from, to);
  const texts = [sheet.headers, ...seen.map(({ cells }) => cells.map(escapeCell))];
  const widths = sheet.headers.map((_, place) =>
    Math.min(widestCell, Math.max(...texts.map((cells) => stringWidth(cells[place] ?? '')))),
  );
  const row = (cells: readonly string[], look: Look): Line =>
    cells.flatMap((cell, place) => [...fit(line(span(cell, look)), widths[place] ?? 0, glyphs.more), span('  ', look)]);
  return [
    [span('   '), ...row(sheet.headers, 'dim')],
    ...seen.map((each, place) => {
      const isChosen = from + place === at;
      const look: Look = isChosen ? 'selected' : each.isInvalid ? 'bad' : 'plain';
      return [span(` ${isChosen ? glyphs.pointer : each.isInvalid ? '!' : ' '} `, look), ...row(each.cells, look)];
    }),
    ...(wanted.length === 0 ? [line(span('   none', 'dim'))] : []),
  ];
}

function drawDetails(row: SheetRow | undefined, { columns, rows }: Size): readonly Line[] {
  return (row?.details ?? [])
    .flatMap(({ text, look }) => wrapWords(text, Math.max(1, columns - 2)).map((each) => line(span(` ${each}`, look))))
    .slice(0, rows);
}
