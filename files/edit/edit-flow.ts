import { isCollection as isCollectionNode, isMap, isPair, type YAMLMap, type YAMLSeq } from 'yaml';
import { endOf, endOfPair, rangeOf } from './descend.ts';
import type { Json } from './json-patch.ts';
import { lineStart } from './lines.ts';
import type { Spliced } from './splice.ts';
import type { Style } from './style.ts';
import { writeFlow, writeFlowPair, writeTallFlow, writeTallFlowPair } from './write-value.ts';

type Flow = YAMLMap | YAMLSeq;

/** A new key behind the others of `{}`. */
export function addFlowPair(text: string, map: YAMLMap, key: string, value: Json, style: Style): Spliced {
  const tall = isTall(text, map);
  const write = (column: number): string =>
    tall ? writeTallFlowPair(key, value, column, style) : writeFlowPair(key, value, style);
  return insert(text, map, map.items.length, write, style);
}

/** A new item of `[]` before the one at `index`; behind the last where `index` is how many there are. */
export function addFlowItem(text: string, seq: YAMLSeq, index: number, value: Json, style: Style): Spliced {
  const tall = isTall(text, seq);
  const write = (column: number): string => (tall ? writeTallFlow(value, column, style) : writeFlow(value, style));
  return insert(text, seq, index, write, style);
}

function insert(text: string, flow: Flow, index: number, write: (column: number) => string, style: Style): Spliced {
  const fault = bracketFault(text, flow);
  if (fault !== null) return fault;
  const count = flow.items.length;
  if (count === 0) return insertFirst(text, flow, write, style);
  const separator = separatorOf(text, flow);
  const lines = separator.split('\n');
  const at = index < count ? startOf(flow, index) : endOfEntry(flow, count - 1);
  const written = write(lines.length > 1 ? (lines.at(-1) ?? '').length : hangAt(text, flow, at, style));
  return [{ start: at, end: at, text: index < count ? written + separator : separator + written }];
}

function insertFirst(text: string, flow: Flow, write: (column: number) => string, style: Style): Spliced {
  const [open, end] = rangeOf(flow);
  const inside = text.slice(open + 1, end - 1);
  const written = write(hangAt(text, flow, open, style));
  if (inside !== '')
    return [{ start: open + 1, end: open + 1, text: inside.startsWith(' ') ? ` ${written}` : written }];
  const pad = isMap(flow) ? style.padding : '';
  return [{ start: open + 1, end: open + 1, text: pad + written + pad }];
}

/** What stands between two neighbours; where there is one, what would. */
function separatorOf(text: string, flow: Flow): string {
  const [open] = rangeOf(flow);
  if (flow.items.length > 1) {
    const between = text.slice(endOfEntry(flow, 0), startOf(flow, 1));
    return /^\s*,\s*$/.test(between) ? between : ', ';
  }
  const before = text.slice(open + 1, startOf(flow, 0));
  return /^\s*\n\s*$/.test(before) ? `,${before}` : ', ';
}

/** Whether what is put in is to be spread over lines: as its neighbours are, or else as what holds it is. */
function isTall(text: string, flow: Flow): boolean {
  const values = flow.items.map((item) => (isPair(item) ? item.value : item));
  const neighbour = values.find((value) => isCollectionNode(value) && value.items.length > 0);
  const [start, end] = rangeOf(neighbour ?? flow);
  return text.slice(start, end).includes('\n');
}

/** Takes out the key or item at `index`, with its comma. */
export function removeFromFlow(text: string, flow: Flow, index: number): Spliced {
  const fault = bracketFault(text, flow);
  if (fault !== null) return fault;
  const count = flow.items.length;
  if (count === 1) {
    const [open, end] = rangeOf(flow);
    return [{ start: open + 1, end: end - 1, text: '' }];
  }
  if (index < count - 1) return [{ start: startOf(flow, index), end: startOf(flow, index + 1), text: '' }];
  return [{ start: endOfEntry(flow, index - 1), end: endOfEntry(flow, index), text: '' }];
}

/** `[a: 1]` holds a map without brackets. */
function bracketFault(text: string, flow: Flow): Spliced | null {
  const [open] = rangeOf(flow);
  const isBracket = text[open] === (isMap(flow) ? '{' : '[');
  return isBracket ? null : { offset: open, message: 'a map without brackets stands here: change it by hand' };
}

function startOf(flow: Flow, index: number): number {
  const item = flow.items[index];
  return rangeOf(isPair(item) ? item.key : item)[0];
}

function endOfEntry(flow: Flow, index: number): number {
  if (isMap(flow)) return Math.max(endOfPair(flow, index), rangeOf(flow.items[index]?.key)[1]);
  return endOf(flow.items[index], -1);
}

/** The indent of what is spread over lines and begins at `offset`: that of its line, and more where that is of a block. */
function hangAt(text: string, flow: Flow, offset: number, { hang }: Style): number {
  const start = lineStart(text, offset);
  const indent = /^ */.exec(text.slice(start))?.[0].length ?? 0;
  return start + indent < rangeOf(flow)[0] ? indent + hang : indent;
}
