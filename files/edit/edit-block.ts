import { isMap, type YAMLMap, type YAMLSeq } from 'yaml';
import { dashOf, endOfItem, endOfPair, isExplicit, rangeOf, type Container } from './descend.ts';
import type { Json } from './json-patch.ts';
import { behindLine, columnOf, isFirstOnLine, lineStart } from './lines.ts';
import type { Splice, Spliced } from './splice.ts';
import type { Style } from './style.ts';
import { writeBlock, writePair } from './write-value.ts';

const EXPLICIT = 'a key behind a "?" stands here: change it by hand';

/** A new key behind the others. */
export function addPair(text: string, map: YAMLMap, key: string, value: Json, style: Style): Spliced {
  const last = map.items.length - 1;
  const [start] = rangeOf(map.items[last]?.key);
  if (isExplicit(map, last)) return { offset: start, message: EXPLICIT };
  const column = columnOf(text, start);
  return [insertLines(text, endOfPair(map, last), column, writePair(key, value, column, style), style)];
}

/** A new item before the one at `index`; behind the last where `index` is how many there are. */
export function addItem(text: string, seq: YAMLSeq, index: number, value: Json, style: Style): Spliced {
  const neighbour = dashOf(seq, Math.min(index, seq.items.length - 1));
  const dash = dashStyle(text, seq, Math.min(index, seq.items.length - 1), style);
  const column = columnOf(text, neighbour);
  const inner = dash.includes('\n') ? dash.length - 1 - dash.lastIndexOf('\n') : column + dash.length;
  const written = dash + writeBlock(value, inner, style);
  if (index > 0) return [insertLines(text, endOfItem(seq, index - 1), column, written, style)];
  return [{ start: neighbour, end: neighbour, text: written + style.lineEnd + ' '.repeat(column) }];
}

/** What stands between the dash of a neighbour and its value, where that is nothing but space. */
function dashStyle(text: string, seq: YAMLSeq, index: number, style: Style): string {
  const between = text.slice(dashOf(seq, index), rangeOf(seq.items[index])[0]);
  return /^-\s+$/.test(between) ? between : style.dash;
}

function insertLines(text: string, end: number, column: number, written: string, { lineEnd }: Style): Splice {
  const at = behindLine(text, end, column);
  const line = ' '.repeat(column) + written;
  const isOpen = at === text.length && !text.endsWith('\n');
  return { start: at, end: at, text: isOpen ? lineEnd + line : line + lineEnd };
}

/** Takes out the key or item at `index`, with the comments that stand in its lines. */
export function removeFromBlock(text: string, container: Container, index: number): Spliced {
  const { node } = container;
  const place = isMap(node) ? pairPlace(node, index) : itemPlace(node, index);
  if (isMap(node) && isExplicit(node, index)) return { offset: place.start, message: EXPLICIT };
  if (node.items.length === 1) return empty(text, container, place);
  const next = isMap(node) ? rangeOf(node.items[index + 1]?.key)[0] : dashOf(node, index + 1);
  // `- name: web`: what follows moves up to the dash.
  if (!isFirstOnLine(text, place.start)) return [{ start: place.start, end: next, text: '' }];
  return [removeLines(text, place)];
}

/** From the key or the dash to the end of what is written. */
interface Place {
  readonly start: number;
  readonly end: number;
}

function pairPlace(map: YAMLMap, index: number): Place {
  return { start: rangeOf(map.items[index]?.key)[0], end: endOfPair(map, index) };
}

function itemPlace(seq: YAMLSeq, index: number): Place {
  return { start: dashOf(seq, index), end: endOfItem(seq, index) };
}

function removeLines(text: string, { start, end }: Place): Splice {
  const from = lineStart(text, start);
  const to = behindLine(text, end, columnOf(text, start));
  // The last line of a file that ends without a line end takes that of the line above.
  if (to < text.length || text.endsWith('\n')) return { start: from, end: to, text: '' };
  return { start: text[from - 2] === '\r' ? from - 2 : from - 1, end: to, text: '' };
}

/** The last one goes: what is left is an empty map or list, which only flow style can write. */
function empty(text: string, { node, indicator }: Container, place: Place): Spliced {
  const nothing = isMap(node) ? '{}' : '[]';
  if (indicator === null || !isFirstOnLine(text, place.start)) {
    return [
      { start: place.start, end: place.end, text: nothing + text.slice(place.end - 1, place.end).replace(/\S/, '') },
    ];
  }
  return [{ start: indicator + 1, end: indicator + 1, text: ` ${nothing}` }, removeLines(text, place)];
}
