import { isScalar, isSeq, Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { colonOf, dashOf, rangeOf } from './descend.ts';
import type { Json } from './json-patch.ts';
import { columnOf } from './lines.ts';
import type { Spliced } from './splice.ts';
import { quoteAt, type Quote, type Style } from './style.ts';
import { isCollection, writeBehindColon, writeBlock, writeFlow, writeScalar } from './write-value.ts';

/** Where a value stands in its map or list. */
export interface Slot {
  readonly container: YAMLMap | YAMLSeq;
  readonly index: number;
  /** Of the key in a map. */
  readonly key: string | null;
}

/** Puts `value` where a scalar is written. Null where only taking the old out and putting the new in will do. */
export function replaceScalar(text: string, slot: Slot, old: unknown, value: Json, style: Style): Spliced | null {
  const flow = slot.container.flow === true;
  if (old !== null && !isScalar(old)) return null;
  const [start, end] = rangeOf(old);
  if (old?.tag !== undefined) return { offset: start, message: 'a tag stands before this value: change it by hand' };
  if (old === null || start === end) return fillEmpty(text, slot, value, style);
  const isBlock = old.type === Scalar.BLOCK_LITERAL || old.type === Scalar.BLOCK_FOLDED;
  if (isCollection(value)) return flow ? [{ start, end, text: writeFlow(value, style, slot.key) }] : null;
  const written = writeScalar(value, isBlock ? 'double' : quoteFor(old, flow, style), flow);
  return [{ start, end, text: isBlock && text[end - 1] === '\n' ? written + style.lineEnd : written }];
}

/** JSON has one kind of quotes, and no text without them. */
function quoteFor(old: Scalar, flow: boolean, style: Style): Quote {
  return flow && style.keys === 'double' ? 'double' : quoteAt(old);
}

/** `weight:` with nothing behind it. */
function fillEmpty(text: string, { container, index, key }: Slot, value: Json, style: Style): Spliced {
  if (isSeq(container)) {
    const dash = dashOf(container, index);
    const written = writeBlock(value, columnOf(text, dash) + 2, style);
    return [{ start: dash + 1, end: dash + 1, text: ` ${written}` }];
  }
  const colon = colonOf(container, index);
  const at = { start: colon + 1, end: colon + 1 };
  if (container.flow === true) {
    const written = writeFlow(value, style, key);
    return [{ ...at, text: text[colon] === ':' ? ` ${written}` : `: ${written}` }];
  }
  const column = columnOf(text, rangeOf(container.items[index]?.key)[0]);
  return [{ ...at, text: writeBehindColon(value, column, style, key ?? '') }];
}
