import type { TreeNode } from '../../routing/tree-item.ts';
import { actionWords } from './action-words.ts';
import { escapeControls } from './escape.ts';
import { kindWord } from './source-words.ts';

interface Vertex {
  readonly id: string;
  readonly label: readonly string[];
  readonly sound: boolean;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** For Graphviz. https://graphviz.org/doc/info/lang.html */
export function printDot(nodes: readonly TreeNode[]): string {
  const { vertices, edges } = graphOf(nodes);
  const text = (words: string): string => `"${escapeControls(words).replace(/["\\]/g, '\\$&')}"`;
  const lines = [
    ...vertices.map(({ id, label, sound }) => {
      const lined = label.map((line) => text(line).slice(1, -1)).join('\\n');
      return `  ${id} [label="${lined}"${sound ? '' : ', color=red'}];`;
    }),
    ...edges.map(({ from, to, label }) => `  ${from} -> ${to}${label === '' ? '' : ` [label=${text(label)}]`};`),
  ];
  return ['digraph tree {', '  rankdir=LR;', '  node [shape=box];', ...lines, '}', ''].join('\n');
}

/** For Markdown that draws diagrams. https://mermaid.js.org/syntax/flowchart.html */
export function printMermaid(nodes: readonly TreeNode[]): string {
  const { vertices, edges } = graphOf(nodes);
  const text = (words: string): string => `"${escapeControls(words).replace(/[^A-Za-z0-9 ./:*_-]/gu, entity)}"`;
  const lines = [
    ...vertices.map(
      ({ id, label }) =>
        `  ${id}[${label
          .map((line) => text(line).slice(1, -1))
          .join('<br/>')
          .replace(/^|$/g, '"')}]`,
    ),
    ...edges.map(({ from, to, label }) => `  ${from} -->${label === '' ? '' : `|${text(label)}|`} ${to}`),
    ...vertices.filter(({ sound }) => !sound).map(({ id }) => `  style ${id} stroke:#d00`),
  ];
  return ['flowchart LR', ...lines, ''].join('\n');
}

function entity(char: string): string {
  return `#${char.codePointAt(0) ?? 0};`;
}

function graphOf(nodes: readonly TreeNode[]): {
  readonly vertices: readonly Vertex[];
  readonly edges: readonly Edge[];
} {
  const vertices: Vertex[] = [];
  const edges: Edge[] = [];
  const add = (node: TreeNode): string => {
    const id = `n${vertices.length}`;
    vertices.push({ id, label: labelOf(node), sound: node.status.state === 'valid' });
    for (const child of node.children) edges.push({ from: id, to: add(child), label: child.match ?? '' });
    return id;
  };
  nodes.forEach(add);
  return { vertices, edges };
}

function labelOf({ type, name, source, status, action }: TreeNode): readonly string[] {
  const state = status.state === 'valid' ? [] : [status.state];
  if (type === 'host') return [name];
  if (type === 'secret') return [`secret ${name || '?'}`, ...state];
  if (type === 'route') return [action === null ? 'nothing' : actionWords(action), ...state];
  return [`${kindWord(source?.kind ?? type)} ${name}`, ...state];
}
