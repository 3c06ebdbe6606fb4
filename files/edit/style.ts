import { isCollection, isMap, isScalar, isSeq, Scalar, visit, type Document, type Node } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import { keyText } from '../yaml-document.ts';
import { colonOf, dashOf, rangeOf } from './descend.ts';
import { columnOf, lineEndOf } from './lines.ts';

export type Quote = 'plain' | 'single' | 'double';

/** How somebody writes YAML, as far as it can be told from what they wrote. */
export interface Style {
  readonly lineEnd: string;
  /** Columns by which a map is indented in a map. */
  readonly step: number;
  /** The same for the dashes of a list. */
  readonly dashStep: number;
  /** A dash and what stands behind it. */
  readonly dash: string;
  /** What stands between a key and its value in flow style. */
  readonly colon: string;
  /** What stands inside the brackets of a map in flow style. */
  readonly padding: string;
  /** Columns by which flow style must be indented beyond the block that it stands in: none where all of it is flow. */
  readonly hang: number;
  readonly keys: Quote;
  /** Of a text under this key; under none in a list. */
  quoteOf(key: string | null): Quote;
}

/** @param near what is about to change: what is written there counts more than the rest of the document */
export function learnStyle(text: string, document: Document.Parsed, near: Node): Style {
  const close = observe(text, near);
  const far = observe(text, document.contents);
  const step = close.step ?? far.step ?? 2;
  const keys = mostOf(close.keys) ?? mostOf(far.keys) ?? 'plain';
  return {
    lineEnd: lineEndOf(text),
    step,
    dashStep: close.dashStep ?? far.dashStep ?? step,
    dash: close.dash ?? far.dash ?? '- ',
    colon: close.colon ?? far.colon ?? ': ',
    padding: close.padding ?? far.padding ?? '',
    hang: isCollection(document.contents) && document.contents.flow === true ? 0 : step,
    keys,
    quoteOf: (key) => mostOf(close.values.get(key)) ?? mostOf([...close.values.values()].flat()) ?? keys,
  };
}

interface Observed {
  step: number | null;
  dashStep: number | null;
  dash: string | null;
  colon: string | null;
  padding: string | null;
  readonly keys: Quote[];
  readonly values: Map<string | null, Quote[]>;
}

/** The first of each habit, and every quote. */
function observe(text: string, root: Node | null): Observed {
  const seen: Observed = {
    step: null,
    dashStep: null,
    dash: null,
    colon: null,
    padding: null,
    keys: [],
    values: new Map(),
  };
  if (root === null) return seen;
  visit(root, {
    Map: (_, map) => observeMap(text, map, seen),
    Seq: (_, seq) => observeSeq(text, seq, seen),
  });
  return seen;
}

function observeMap(text: string, map: YAMLMap, seen: Observed): void {
  const [start] = rangeOf(map);
  if (map.flow === true && map.items.length > 0)
    seen.padding ??= /^\{( ?)/.exec(text.slice(start, start + 2))?.[1] ?? null;
  for (const [index, { key, value }] of map.items.entries()) {
    if (isScalar(key)) seen.keys.push(quoteAt(key));
    if (isScalar(value) && typeof value.value === 'string') {
      const name = keyText(key);
      seen.values.set(name, [...(seen.values.get(name) ?? []), quoteAt(value)]);
    }
    if (map.flow === true) seen.colon ??= colonText(text, colonOf(map, index));
    else observeIndent(text, columnOf(text, rangeOf(key)[0]), value, seen);
  }
}

function observeSeq(text: string, seq: YAMLSeq, seen: Observed): void {
  for (const item of seq.items) {
    if (!isScalar(item) || typeof item.value !== 'string') continue;
    seen.values.set(null, [...(seen.values.get(null) ?? []), quoteAt(item)]);
  }
  if (seq.flow === true) return;
  const dash = dashOf(seq, 0);
  seen.dash ??= /^- +(?=\S)/.exec(text.slice(dash))?.[0] ?? null;
}

function observeIndent(text: string, column: number, value: unknown, seen: Observed): void {
  if (isMap(value) && value.flow !== true && value.items.length > 0) {
    seen.step ??= columnOf(text, rangeOf(value.items[0]?.key)[0]) - column;
  }
  if (isSeq(value) && value.flow !== true && value.items.length > 0) {
    seen.dashStep ??= columnOf(text, dashOf(value, 0)) - column;
  }
}

function colonText(text: string, colon: number): string | null {
  return /^:[ ]?(?=\S)/.exec(text.slice(colon, colon + 3))?.[0] ?? null;
}

export function quoteAt({ type }: Scalar): Quote {
  if (type === Scalar.QUOTE_DOUBLE) return 'double';
  return type === Scalar.QUOTE_SINGLE ? 'single' : 'plain';
}

/** Of equals the one that came first. */
function mostOf(quotes: readonly Quote[] | undefined): Quote | null {
  if (quotes === undefined || quotes.length === 0) return null;
  const counts = new Map<Quote, number>();
  for (const quote of quotes) counts.set(quote, (counts.get(quote) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}
