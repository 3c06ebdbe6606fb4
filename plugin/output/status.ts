import { reasons } from '../../routing/graph/reasons.ts';
import type { ObjectItem } from '../../routing/object-item.ts';
import type { ReasonItem } from '../../routing/route-item.ts';
import { missingEnvoys } from '../services/missing-envoys.ts';
import { escapeControls } from './escape.ts';
import { kindWord, objectWords, pointerWords } from './source-words.ts';
import type { Labels } from '../source.ts';
import { type LabelColumns, labelCells, labelHeaders } from './label-columns.ts';
import { createRowPrinter, type RowPrinter } from './row-printer.ts';

const narrow = ['KIND', 'NAMESPACE', 'NAME', 'HOST', 'STATUS', 'PROGRAMMED', 'REASON'] as const;
const wide = [...narrow, 'SOURCE', 'GENERATION'] as const;

export interface StatusStyle {
  readonly isWide: boolean;
  readonly headers: boolean;
  readonly columns: LabelColumns;
  labelsOf(source: ObjectItem['source']): Labels | null;
}

export function createStatusPrinter({ isWide, headers, columns, labelsOf }: StatusStyle): RowPrinter<ObjectItem> {
  const cells = (item: ObjectItem): readonly string[] => [
    ...cellsOf(item, isWide),
    ...labelCells(columns, labelsOf(item.source) ?? new Map()),
  ];
  return createRowPrinter({
    headers: headers ? [...(isWide ? wide : narrow), ...labelHeaders(columns)] : null,
    cells,
    deleted: (item) => cells(item).with(4, 'deleted'),
  });
}

function cellsOf(item: ObjectItem, isWide: boolean): readonly string[] {
  const { source, currentStatus, programmed, generation } = item;
  const row = [
    kindWord(source.kind),
    source.namespace,
    source.name,
    hostCell(item),
    currentStatus,
    programmed === null || item.hosts.length === 0 ? '-' : `${programmed.envoys}/${programmed.of}`,
    reasonCell(item),
  ];
  const place = source.file === undefined ? '-' : `${source.file}:${source.line}`;
  return isWide ? [...row, place, String(generation)] : row;
}

const mostHosts = 3;

/** In brackets where another object holds the host and includes this one. */
function hostCell({ hosts, root }: ObjectItem): string {
  if (hosts.length === 0) return '-';
  const more = hosts.length > mostHosts ? `,+${hosts.length - mostHosts}` : '';
  const text = hosts.slice(0, mostHosts).join(',') + more;
  return root ? text : `(${text})`;
}

function reasonCell({ conditions, programmed, hosts }: ObjectItem): string {
  const [first, ...others] = conditions;
  if (first === undefined) return programmed === null || hosts.length === 0 ? '' : missingEnvoys(programmed);
  const place = pointerWords(first.pointer);
  const more = others.length === 0 ? '' : `   (+${others.length} more: --explain)`;
  return `${first.reason}: ${first.message}${place === '' ? '' : `   ${place}`}${more}`;
}

/** How it was asked, to be typed again. */
export interface Asked {
  readonly program: string;
  /** The flags that name files, with a space before each. */
  readonly place: string;
}

/** Each object with each of its reasons: what was found, what the rule says, and what to do next. */
export function printExplained(items: readonly ObjectItem[], asked: Asked): string {
  const blocks = items.map((item) => {
    const title = `${objectWords(item.source)}   ${item.currentStatus}   ${item.description}`;
    return [title, ...item.conditions.flatMap((condition) => explained(item, condition, asked))];
  });
  return blocks.map((lines) => lines.map((line) => `${escapeControls(line)}\n`).join('')).join('\n');
}

function explained(
  { source, hosts }: ObjectItem,
  { type, reason, message, pointer, severity }: ReasonItem,
  asked: Asked,
): readonly string[] {
  const rule = Object.entries(reasons)
    .find(([key]) => key === `${type}/${reason}`)?.[1]
    .about.replace(/^Ours\. /, '');
  const place = [source.file ?? '', pointerWords(pointer)].filter((part) => part !== '').join(', ');
  return [
    `  ${severity} ${reason}${place === '' ? '' : ` at ${place}`}`,
    `    found: ${message}`,
    ...(rule === undefined ? [] : [`    rule:  ${rule}`]),
    `    next:  ${nextCommand(source, hosts, type, asked)}`,
  ];
}

function nextCommand(
  { kind, namespace, name, file, line }: ObjectItem['source'],
  hosts: readonly string[],
  type: string,
  { program, place }: Asked,
): string {
  const [host] = hosts;
  if (type === 'Orphaned') return `${program} delegate HOST/PATH --to ${namespace}/${name}${place}`;
  if (type === 'TLSError' && host !== undefined) return `${program} tree ${host} --certs${place}`;
  if (type === 'VirtualHostError' && host !== undefined) return `${program} routes ${host} --invalid${place}`;
  if (type === 'IncludeError' && host !== undefined) return `${program} tree ${host}${place}`;
  if (file !== undefined) return `edit ${file}:${line}`;
  return `kubectl edit ${kind.toLowerCase()} ${name} -n ${namespace}`;
}
