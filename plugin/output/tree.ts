import type { TreeNode } from '../../routing/tree-item.ts';
import { escapeCell } from './escape.ts';
import { actionWords } from './action-words.ts';
import { kindWord } from './source-words.ts';
import { printTable } from './table.ts';

/** The trees as lines with branches, each with its status. */
export function printTree(nodes: readonly TreeNode[]): string {
  return nodes.map((node) => printTable({ headers: null, rows: rowsOf(node, '', ''), widths: [] }).text).join('\n');
}

/** @param lead what stands before the node @param below what stands before its children */
function rowsOf(node: TreeNode, lead: string, below: string): readonly (readonly string[])[] {
  const [what, ...others] = cellsOf(node);
  const own = [lead + escapeCell(what ?? ''), ...others.map(escapeCell)];
  const last = node.children.length - 1;
  const children = node.children.flatMap((child, index) =>
    rowsOf(child, `${below}${index === last ? '└─ ' : '├─ '}`, `${below}${index === last ? '   ' : '│  '}`),
  );
  return [own, ...children];
}

/** What it is, what it is for or does, and its status. */
function cellsOf(node: TreeNode): readonly string[] {
  const { type, name, match, delegated, action, source } = node;
  const given = delegated ? '  (delegated)' : '';
  switch (type) {
    case 'host':
      return [name, '', ''];
    case 'secret':
      return [`tls secret ${name || '?'}${given}`, '', statusWords(node)];
    case 'route':
      return [match ?? '', `-> ${action === null ? 'nothing' : actionWords(action)}`, statusWords(node)];
    case 'proxy':
    case 'ingress': {
      const title = `${kindWord(source?.kind ?? type)} ${name}${given}`;
      return match === null ? [title, '', statusWords(node)] : [match, `-> ${title}`, statusWords(node)];
    }
  }
}

const words = { notFound: 'NOT FOUND', cycle: 'CYCLE' } as const satisfies Partial<
  Record<TreeNode['status']['state'], string>
>;

function statusWords({ status: { state, reasons } }: TreeNode): string {
  if (state === 'cycle') return `${words.cycle}: ${reasons.at(-1)?.message ?? ''}`;
  if (state === 'notFound') return words.notFound;
  const named = [...new Set(reasons.map(({ reason }) => reason))].join(',');
  return named === '' ? state : `${state}: ${named}`;
}
