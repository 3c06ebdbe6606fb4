import { isAlias, isMap, isPair, isSeq, type Document } from 'yaml';
import { keyText, offsetOfNode } from './yaml-document.ts';

/**
 * Where the value at a JSON pointer (RFC 6901) is written: the offset of its key in a map, of the item in a list; of the
 * nearest ancestor that exists where the pointer names nothing.
 */
export function offsetAt(document: Document.Parsed, pointer: string): number {
  let node: unknown = document.contents;
  let offset = offsetOfNode(node);
  for (const token of pointerTokens(pointer)) {
    if (isAlias(node)) node = node.resolve(document);
    const child = childOf(node, token);
    if (child === null) break;
    offset = child.offset;
    node = child.node;
  }
  return offset;
}

function pointerTokens(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function childOf(node: unknown, token: string): { readonly node: unknown; readonly offset: number } | null {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => keyText(key) === token);
    return pair === undefined ? null : { node: pair.value, offset: offsetOfNode(pair.key) };
  }
  if (!isSeq(node) || !/^\d+$/.test(token)) return null;
  const item = node.items[Number(token)];
  // `- a: 1` inside `[a: 1]` is a pair of its own.
  if (item === undefined || isPair(item)) return null;
  return { node: item, offset: offsetOfNode(item) };
}
