import type { Document } from 'yaml';
import { decode, type Decoded } from '../routing/objects/decode.ts';
import type { KubernetesObject } from '../routing/objects/kubernetes-object.ts';
import { offsetAt } from './pointer.ts';
import { parseYaml, readYaml, type YamlFault } from './yaml-document.ts';

/** An object and where in its document it stands: `''`, or `/items/3` for one of a List. */
export interface DocumentObject {
  readonly object: KubernetesObject;
  readonly pointer: string;
}

/** What `test` reads beside the manifests. */
const OWN_GROUP = 'test.kubectl-contour.io/';

/** What one document says. It holds no line numbers, so that it stays true when the file around it changes. */
export interface ReadDocument {
  /** False where the YAML is broken. */
  readonly parsed: boolean;
  readonly objects: readonly DocumentObject[];
  readonly faults: readonly YamlFault[];
  /** Offset in the document's text of the value at a JSON pointer into the document. */
  offsetAt(pointer: string): number;
}

export function readDocument(text: string): ReadDocument {
  const read = readTree(parseYaml(text));
  const template = read.parsed ? -1 : text.indexOf('{{');
  // What does not parse because a program has yet to complete it is told as that.
  const told: readonly YamlFault[] = template < 0 ? [] : [{ offset: template, message: TEMPLATE, severity: 'error' }];
  return { ...read, faults: [...told, ...read.faults], offsetAt: offsetsOf(text) };
}

const TEMPLATE = 'this is a template ("{{") that nothing has filled in: read what helm template makes of it, with -f -';

function readTree(tree: Document.Parsed): Omit<ReadDocument, 'offsetAt'> {
  const { value, faults } = readYaml(tree);
  const found: Found = { tree, objects: [], faults: [...faults] };
  if (value !== null) collect(found, value, '');
  const parsed = !faults.some(({ severity }) => severity === 'error');
  return { parsed, objects: found.objects, faults: found.faults };
}

/**
 * A syntax tree is many times the size of its text and seldom asked for: it is made anew for the first question and may
 * be dropped after the last.
 */
function offsetsOf(text: string): ReadDocument['offsetAt'] {
  let held: WeakRef<Document.Parsed> | null = null;
  return (pointer) => {
    const tree = held?.deref() ?? parseYaml(text);
    held = new WeakRef(tree);
    return offsetAt(tree, pointer);
  };
}

interface Found {
  readonly tree: Document.Parsed;
  readonly objects: DocumentObject[];
  readonly faults: YamlFault[];
}

function collect(found: Found, value: unknown, pointer: string): void {
  const items = itemsOf(value);
  if (items === null) return keep(found, decode(value), pointer);
  for (const [index, item] of items.entries()) collect(found, item, `${pointer}/items/${index}`);
}

function keep(found: Found, decoded: Decoded, pointer: string): void {
  const warn = (message: string): void => {
    found.faults.push({ offset: offsetAt(found.tree, `${pointer}/kind`), message, severity: 'warning' });
  };
  switch (decoded.type) {
    case 'object':
      found.objects.push({ object: decoded.object, pointer });
      return;
    case 'unserved':
      return warn(decoded.message);
    case 'unknown':
      if (decoded.apiVersion.startsWith(OWN_GROUP)) return;
      // Deployments and the like live beside the routing in most repositories; only near misses are worth a word.
      if (decoded.related) warn(decoded.message);
      return;
    case 'invalid':
      for (const problem of decoded.problems) {
        const { message, severity } = problem;
        found.faults.push({ offset: offsetAt(found.tree, pointer + problem.pointer), message, severity });
      }
  }
}

/** The items of a `List` or of a `ServiceList` (which names their kind for them); null for anything else. */
function itemsOf(value: unknown): readonly unknown[] | null {
  if (typeof value !== 'object' || value === null) return null;
  const { apiVersion, kind, items } = value as Readonly<Record<string, unknown>>;
  if (typeof kind !== 'string' || !kind.endsWith('List')) return null;
  if (items === null || (items === undefined && kind === 'List')) return [];
  if (!Array.isArray(items)) return null;
  if (kind === 'List') return items as readonly unknown[];
  const named = { apiVersion, kind: kind.slice(0, -'List'.length) };
  return items.map((item: unknown) => (typeof item === 'object' && item !== null ? { ...named, ...item } : item));
}
