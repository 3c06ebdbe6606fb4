import { isAlias, isCollection, isMap, isNode, isPair, isScalar, parseDocument, type Document, type Pair } from 'yaml';
import type { ParseOptions, DocumentOptions, ScalarTag, SchemaOptions } from 'yaml';
import { quoted } from '../routing/objects/sentence.ts';
import { sentenceFor } from './yaml-sentences.ts';

export interface YamlFault {
  /** Offset in the document's text. */
  readonly offset: number;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export interface YamlDocument {
  /** Null for an empty document, and where `faults` holds an error. */
  readonly value: unknown;
  readonly faults: readonly YamlFault[];
}

/** Far above what a person writes; below it a document can make nobody work more than 1,000 times its own size. */
const MAX_ALIASES = 1_000;
/** Kubernetes objects stay below 30; what walks the value recursively must not run out of stack. */
const MAX_DEPTH = 200;
/** A file with one slip of the same sort in every line is told about the first ones. */
const MAX_REPEATS = 20;

const TOO_DEEP = `the YAML is nested more than ${MAX_DEPTH} levels deep`;

const BOOL = 'tag:yaml.org,2002:bool';

/**
 * kubectl reads YAML through sigs.k8s.io/yaml, whose parser (go-yaml v2) takes the booleans of YAML 1.1: `permit: yes`
 * is true there, so it is here. `!!binary` becomes its text there; octal numbers of YAML 1.1 (`0777`) have no place in
 * the objects read here.
 */
const KUBECTL_TAGS: readonly ScalarTag[] = [
  { tag: BOOL, default: true, test: /^(?:[yY]|[yY]es|YES|[oO]n|ON)$/, resolve: () => true },
  { tag: BOOL, default: true, test: /^(?:[nN]|[nN]o|NO|[oO]ff|OFF)$/, resolve: () => false },
  { tag: 'tag:yaml.org,2002:binary', resolve: (source) => Buffer.from(source, 'base64').toString('utf8') },
];

const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.2',
  schema: 'core',
  merge: true,
  stringKeys: true,
  resolveKnownTags: false,
  customTags: (tags) => [...tags, ...KUBECTL_TAGS],
  // Looked for below: the library compares every key of a map with every other one.
  uniqueKeys: false,
  // Pretty errors quote the source, and the source may be a Secret.
  prettyErrors: false,
  logLevel: 'silent',
};

export function parseYaml(text: string): Document.Parsed {
  return parseDocument(text, OPTIONS);
}

/** The same with the tokens of the text, which say where the dashes and the colons stand. */
export function parseYamlTokens(text: string): Document.Parsed {
  return parseDocument(text, { ...OPTIONS, keepSourceTokens: true });
}

/** Never throws: whatever is wrong with the text is a fault. After the first error of syntax the others mean little. */
export function readYaml(document: Document.Parsed): YamlDocument {
  const warnings = document.warnings
    .slice(0, MAX_REPEATS)
    .map((each) => faultAt(each.pos[0], sentenceFor(each.code), 'warning'));
  const syntax = document.errors[0];
  if (syntax !== undefined) return broken(warnings, [faultAt(syntax.pos[0], sentenceFor(syntax.code))]);
  const form = formFaults(document);
  if (form.length > 0) return broken(warnings, form);
  const start = offsetOfNode(document.contents);
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown, faults: warnings };
  } catch (error) {
    // What the library throws for aliases that multiply and for merges of what is no map.
    if (error instanceof ReferenceError) return broken(warnings, [faultAt(start, sentenceFor('RESOURCE_EXHAUSTION'))]);
    if (error instanceof Error && error.message.startsWith('Merge sources')) {
      return broken(warnings, [faultAt(start, 'a "<<" merges something that is not a map')]);
    }
    throw error;
  }
}

function broken(warnings: readonly YamlFault[], errors: readonly YamlFault[]): YamlDocument {
  return { value: null, faults: [...errors, ...warnings] };
}

function faultAt(offset: number, message: string, severity: YamlFault['severity'] = 'error'): YamlFault {
  return { offset, message, severity };
}

/** What the syntax allows and nobody means. Walks in the order of the text, and without recursion. */
function formFaults(document: Document.Parsed): readonly YamlFault[] {
  const faults: YamlFault[] = [];
  const anchors = new Set<string>();
  const open: { readonly node: unknown; readonly depth: number }[] = [{ node: document.contents, depth: 0 }];
  let aliases = 0;
  for (let next = open.pop(); next !== undefined && faults.length < MAX_REPEATS; next = open.pop()) {
    const { node, depth } = next;
    if (isAlias(node)) {
      aliases += 1;
      if (aliases > MAX_ALIASES) return [faultAt(offsetOfNode(node), sentenceFor('RESOURCE_EXHAUSTION'))];
      if (!anchors.has(node.source)) faults.push(faultAt(offsetOfNode(node), sentenceFor('BAD_ALIAS')));
    } else if (isCollection(node)) {
      if (depth > MAX_DEPTH) return [faultAt(offsetOfNode(node), TOO_DEEP)];
      if (isMap(node)) faults.push(...duplicateKeys(node.items));
      for (const item of node.items.toReversed()) {
        if (isPair(item)) open.push({ node: item.value, depth: depth + 1 }, { node: item.key, depth: depth + 1 });
        else open.push({ node: item, depth: depth + 1 });
      }
    }
    if (isNode(node) && 'anchor' in node && node.anchor !== undefined) anchors.add(node.anchor);
  }
  return faults;
}

function duplicateKeys(pairs: readonly Pair[]): readonly YamlFault[] {
  if (pairs.length < 2) return [];
  const seen = new Set<string>();
  const faults: YamlFault[] = [];
  for (const { key } of pairs) {
    const name = keyText(key);
    // Several merges in one map are allowed.
    if (name === null || name === '<<') continue;
    if (seen.has(name)) {
      const message = `the key ${quoted(name)} appears twice in this map: keep one of them`;
      faults.push(faultAt(offsetOfNode(key), message));
    }
    seen.add(name);
  }
  return faults;
}

/** The name a key of a map has in the object; null for a key that is no plain scalar. */
export function keyText(key: unknown): string | null {
  return isScalar(key) ? String(key.value) : null;
}

export function offsetOfNode(node: unknown): number {
  const range = isCollection(node) || isScalar(node) || isAlias(node) ? node.range : null;
  return range?.[0] ?? 0;
}
