import type { Glyphs } from './glyphs.ts';
import { isNamed, isText, type Key } from './key.ts';
import { ends, type Line, line, span } from './line.ts';
import type { Size } from './screen.ts';

/** A text that covers a screen until it is closed. */
export interface Page {
  readonly title: string;
  readonly lines: readonly string[];
  /** Of the first line that is seen. */
  readonly offset: number;
}

export function pageOf(title: string, lines: readonly string[]): Page {
  return { title, lines, offset: 0 };
}

/** How far a screenful goes is not known here: a little less than the smallest terminal has. */
const leap = 10;

/** Null where the key closes it. */
export function turned(page: Page, key: Key): Page | null {
  if (isNamed(key, 'escape') || isNamed(key, 'enter') || isText(key, 'q')) return null;
  const move = (by: number): Page => ({
    ...page,
    offset: Math.max(0, Math.min(page.offset + by, page.lines.length - 1)),
  });
  if (isNamed(key, 'up') || isText(key, 'k')) return move(-1);
  if (isNamed(key, 'down') || isText(key, 'j')) return move(1);
  if (isNamed(key, 'pageUp')) return move(-leap);
  if (isNamed(key, 'pageDown') || isText(key, ' ')) return move(leap);
  if (isNamed(key, 'home')) return move(-page.lines.length);
  return isNamed(key, 'end') ? move(page.lines.length) : page;
}

export function drawPage({ title, lines, offset }: Page, { columns, rows }: Size, glyphs: Glyphs): readonly Line[] {
  const room = Math.max(1, rows - 3);
  const rule = line(span(glyphs.rule.repeat(columns), 'dim'));
  const seen = lines.slice(offset, offset + room);
  const place = lines.length <= room ? '' : `${offset + 1}-${offset + seen.length} of ${lines.length}`;
  const all = [
    ends(line(span(` ${title}`, 'bold')), line(span(`${place} `, 'dim')), columns),
    rule,
    ...seen.map((each) => line(` ${each}`)),
    line(span(` ${glyphs.keysUpDown} move  esc close`, 'dim')),
  ];
  return all.slice(0, rows);
}
