import { isAlias, isMap, isPair, isScalar, isSeq, visit, type Document, type Node } from 'yaml';
import type { YAMLMap, YAMLSeq } from 'yaml';
import { keyText, offsetOfNode } from '../yaml-document.ts';
import { indexOf, pointerTokens } from './json-patch.ts';
import type { Refusal } from './splice.ts';

/** The map or list that an edit is about. */
export interface Container {
  readonly node: YAMLMap | YAMLSeq;
  /** Of the colon or dash that it stands behind; null for the whole document. */
  readonly indicator: number | null;
  /** What the last token of the pointer names in it. */
  readonly token: string;
}

const ANCHORED = 'an anchor, an alias or a merge key stands here, so that the edit would reach further: write it out';

/** Answers where the value at `pointer` stands, or would stand. */
export function descend(document: Document.Parsed, pointer: string): Container | Refusal {
  const tokens = pointerTokens(pointer);
  let node: unknown = document.contents;
  let indicator: number | null = null;
  for (const token of tokens.slice(0, -1)) {
    const fault = shared(node, indicator);
    if (fault !== null) return fault;
    const child = childOf(node, token);
    if (child === null) return missing(node);
    indicator = child.indicator;
    node = child.value;
  }
  const fault = shared(node, indicator);
  if (fault !== null) return fault;
  if (!isMap(node) && !isSeq(node)) return missing(node);
  return { node, indicator, token: tokens.at(-1) ?? '' };
}

interface Child {
  readonly value: unknown;
  readonly indicator: number;
}

function childOf(node: unknown, token: string): Child | null {
  if (isMap(node)) {
    const at = pairIndex(node, token);
    const pair = node.items[at];
    return pair === undefined ? null : { value: pair.value, indicator: colonOf(node, at) };
  }
  if (!isSeq(node)) return null;
  const index = indexOf(token, node.items.length) ?? -1;
  const item = node.items[index];
  return item === undefined || isPair(item) ? null : { value: item, indicator: dashOf(node, index) };
}

/** A map whose keys partly come from elsewhere cannot tell what a key that is not written means. */
function missing(node: unknown): Refusal {
  if (isMap(node)) {
    const merge = mergeFault(node);
    if (merge !== null) return merge;
  }
  return { offset: offsetOfNode(node), message: 'what is to be changed is not written out here' };
}

export function mergeFault(map: YAMLMap): Refusal | null {
  const merge = map.items.find(({ key }) => keyText(key) === '<<');
  return merge === undefined ? null : { offset: offsetOfNode(merge.key), message: ANCHORED };
}

/** Whether the node itself stands elsewhere in the document too. An anchor stands behind the `indicator`. */
function shared(node: unknown, indicator: number | null): Refusal | null {
  if (isAlias(node)) return { offset: offsetOfNode(node), message: ANCHORED };
  const isAnchored = (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined;
  return isAnchored ? { offset: indicator ?? offsetOfNode(node), message: ANCHORED } : null;
}

/** Whether anything in what is to go or to change stands elsewhere too. */
export function sharedWithin(node: unknown): Refusal | null {
  let fault: Refusal | null = null;
  visit(node as Node, {
    Node: (_, each) => {
      fault = shared(each, null);
      return fault === null ? undefined : visit.BREAK;
    },
  });
  return fault;
}

/** -1 where the key is not written. */
export function pairIndex(map: YAMLMap, key: string): number {
  return map.items.findIndex((pair) => keyText(pair.key) === key);
}

interface Token {
  readonly type: string;
  readonly offset: number;
}

interface TokenItem {
  readonly start?: readonly Token[];
  readonly sep?: readonly Token[];
}

function tokensOf(node: YAMLMap | YAMLSeq, index: number): TokenItem {
  const { srcToken } = node as { readonly srcToken?: { readonly items?: readonly TokenItem[] } };
  return srcToken?.items?.[index] ?? {};
}

/** Of the colon behind a key; of the end of the key where it has none, as in `{a, b}`. */
export function colonOf(map: YAMLMap, index: number): number {
  const colon = tokensOf(map, index).sep?.find(({ type }) => type === 'map-value-ind');
  return colon?.offset ?? rangeOf(map.items[index]?.key)[1] - 1;
}

/** Of the dash of an item; in flow style, which has none, of the character before it. */
export function dashOf(seq: YAMLSeq, index: number): number {
  const dash = tokensOf(seq, index).start?.find(({ type }) => type === 'seq-item-ind');
  return dash?.offset ?? rangeOf(seq.items[index])[0] - 1;
}

/** A key behind `?`, whose value stands behind a `:` of its own. */
export function isExplicit(map: YAMLMap, index: number): boolean {
  return tokensOf(map, index).start?.some(({ type }) => type === 'explicit-key-ind') ?? false;
}

/** Start, and end without comments and line ends. */
export function rangeOf(node: unknown): readonly [number, number] {
  if (isPair(node)) return [rangeOf(node.key)[0], rangeOf(node.value)[1]];
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

/** Just behind the last character that is written for a node; `above` is where its dash or colon stands. */
export function endOf(node: unknown, above: number): number {
  const [, end] = rangeOf(node);
  if (isMap(node) && node.flow !== true && node.items.length > 0) return endOfPair(node, node.items.length - 1);
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOfItem(node, node.items.length - 1);
  return Math.max(above + 1, end);
}

export function endOfPair(map: YAMLMap, index: number): number {
  return endOf(map.items[index]?.value, colonOf(map, index));
}

export function endOfItem(seq: YAMLSeq, index: number): number {
  const item = seq.items[index];
  return isPair(item) ? rangeOf(item)[1] : endOf(item, dashOf(seq, index));
}
