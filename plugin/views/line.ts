import stringWidth from 'string-width';
import { escapeCell } from '../output/escape.ts';

/** How a piece of text looks; where colours are off it looks like any other, and still says the same. */
export type Look = 'plain' | 'dim' | 'bold' | 'good' | 'bad' | 'warning' | 'accent' | 'selected';

export interface Span {
  readonly text: string;
  readonly look: Look;
}

/** One line of a screen, of which nothing is wider or narrower than it says. */
export type Line = readonly Span[];

/** The text of others may hold what steers a terminal: all text of a screen comes through here. */
export function span(text: string, look: Look = 'plain'): Span {
  return { text: escapeCell(text), look };
}

export function line(...parts: readonly (string | Span)[]): Line {
  return parts.map((part) => (typeof part === 'string' ? span(part) : part));
}

export function widthOf(of: Line): number {
  return of.reduce((sum, { text }) => sum + stringWidth(text), 0);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Exactly `width` columns: what is too long ends in `mark`, what is too short in blanks. */
export function fit(of: Line, width: number, mark: string): Line {
  const total = widthOf(of);
  if (total <= width) return total === width ? of : [...of, { text: ' '.repeat(width - total), look: 'plain' }];
  if (width <= 0) return [];
  const cut: Span[] = [];
  let left = width - 1;
  for (const { text, look } of of) {
    const part = head(text, left);
    cut.push({ text: part, look });
    left -= stringWidth(part);
    if (part !== text) break;
  }
  return [...cut, { text: mark + ' '.repeat(left), look: 'dim' }];
}

/** As much of the beginning as has room. */
function head(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let part = '';
  let left = width;
  for (const { segment } of graphemes.segment(text)) {
    left -= stringWidth(segment);
    if (left < 0) break;
    part += segment;
  }
  return part;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** Right-aligned. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text;
}

/** Both ends of one line: the right one goes first where there is no room for both. */
export function ends(left: Line, right: Line, width: number): Line {
  const gap = width - widthOf(left) - widthOf(right);
  return gap < 2 ? left : [...left, span(' '.repeat(gap)), ...right];
}

/** A column of a screen with several. */
export interface Pane {
  readonly lines: readonly Line[];
  readonly width: number;
}

/** Panes side by side, as high as said. */
export function beside(panes: readonly Pane[], height: number, divider: string, mark: string): readonly Line[] {
  return Array.from({ length: height }, (_, row) =>
    panes.flatMap(({ lines, width }, index) => [
      ...(index === 0 ? [] : [span(divider, 'dim')]),
      ...fit(lines[row] ?? [], width, mark),
    ]),
  );
}

/** Words in lines of no more than `width` columns; a word that is longer stands alone. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of text.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && stringWidth(longer) > width) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, current];
}
