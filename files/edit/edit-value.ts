import { isMap, isPair, type Document } from 'yaml';
import { addItem, addPair, removeFromBlock } from './edit-block.ts';
import { addFlowItem, addFlowPair, removeFromFlow } from './edit-flow.ts';
import { replaceScalar } from './edit-scalar.ts';
import { descend, mergeFault, pairIndex, sharedWithin, type Container } from './descend.ts';
import { indexOf, type Json, type PatchOperation } from './json-patch.ts';
import { isRefusal, withSplices, type Refusal } from './splice.ts';
import { learnStyle } from './style.ts';

export type Change = Exclude<PatchOperation, { readonly op: 'test' }>;

/** One change written into the text of a document. It is known to fit the value that the text stands for. */
export function writeChange(
  text: string,
  parse: (text: string) => Document.Parsed,
  change: Change,
): { readonly text: string } | Refusal {
  const document = parse(text);
  const container = descend(document, change.path);
  if (isRefusal(container)) return container;
  const index = placeOf(container, change);
  if (isRefusal(index)) return index;
  if (change.op === 'remove') return removed(text, container, index.at);
  if (change.op === 'add' && !index.exists) return added(text, document, container, index.at, change.value);
  const fault = sharedWithin(valueIn(container, index.at));
  if (fault !== null) return fault;
  const slot = { container: container.node, index: index.at, key: isMap(container.node) ? container.token : null };
  const style = learnStyle(text, document, container.node);
  const replaced = replaceScalar(text, slot, valueIn(container, index.at), change.value, style);
  if (replaced !== null) return isRefusal(replaced) ? replaced : { text: withSplices(text, replaced) };
  // A map or list is taken out and put in anew.
  const without = writeChange(text, parse, { op: 'remove', path: change.path });
  return isRefusal(without) ? without : writeChange(without.text, parse, { ...change, op: 'add' });
}

/** Where in its map or list the change belongs, and whether something is there that it replaces. */
function placeOf(
  { node, token }: Container,
  { op }: Change,
): { readonly at: number; readonly exists: boolean } | Refusal {
  if (!isMap(node)) return { at: indexOf(token, node.items.length) ?? node.items.length, exists: op !== 'add' };
  const at = pairIndex(node, token);
  return at >= 0 ? { at, exists: true } : (mergeFault(node) ?? { at: node.items.length, exists: false });
}

function valueIn({ node }: Container, index: number): unknown {
  const item = node.items[index];
  return isPair(item) ? item.value : item;
}

function removed(text: string, container: Container, index: number): { readonly text: string } | Refusal {
  const { node } = container;
  const fault = sharedWithin(node.items[index]);
  if (fault !== null) return fault;
  const splices = node.flow === true ? removeFromFlow(text, node, index) : removeFromBlock(text, container, index);
  return isRefusal(splices) ? splices : { text: withSplices(text, splices) };
}

function added(
  text: string,
  document: Document.Parsed,
  { node, token }: Container,
  index: number,
  value: Json,
): { readonly text: string } | Refusal {
  const style = learnStyle(text, document, node);
  const flow = node.flow === true;
  const splices = isMap(node)
    ? (flow ? addFlowPair : addPair)(text, node, token, value, style)
    : (flow ? addFlowItem : addItem)(text, node, index, value, style);
  return isRefusal(splices) ? splices : { text: withSplices(text, splices) };
}
