import type { FileFault, Position } from '../../files/manifests.ts';
import type { ObjectStatus } from '../../routing/graph/graph.ts';
import type { Diagnostic } from '../../routing/objects/diagnostic.ts';
import { displayName, type ObjectRef } from '../../routing/objects/ref.ts';
import type { ActionItem, RouteItem } from '../../routing/route-item.ts';
import type { Published } from '../loop.ts';

/** Where the value at a JSON pointer into an object is written. */
export type Locate = (ref: ObjectRef, pointer: string) => Position | null;

function place(position: Position | null): string {
  return position === null ? '' : `${position.file}:${position.line}:${position.column}: `;
}

function matchText({ match }: RouteItem): string {
  if (match === null) return '(the whole host)';
  const { path, headers, query } = match;
  const kind = { Prefix: 'prefix', SegmentPrefix: 'segments', Exact: 'exact', Regex: 'regex' }[path.type];
  const conditions = [...headers, ...query.map((each) => ({ ...each, name: `?${each.name}` }))];
  return [
    `${kind} ${path.value}`,
    ...conditions.map(({ name, type, value }) => `${name} ${type} ${value}`.trim()),
  ].join('  ');
}

function actionText(action: ActionItem | null): string {
  switch (action?.type) {
    case 'Forward':
      return action.backends
        .map((each) => `${each.namespace}/${each.name}:${each.port}${each.percent === 100 ? '' : ` ${each.percent}%`}`)
        .join(', ');
    case 'Redirect':
      return `${action.status} to ${action.scheme}`;
    case 'DirectResponse':
      return `answers ${action.status}`;
    case 'Error':
      return `answers ${action.status}: ${action.reason}`;
    case undefined:
      return '';
  }
}

/** The first rows of the route table, in columns. */
export function tableLines(rows: readonly RouteItem[], limit: number): readonly string[] {
  const cells = rows
    .slice(0, limit)
    .map((row) => [row.host, row.listener, matchText(row), actionText(row.action)] as const);
  const all = [['HOST', 'LISTENER', 'MATCH', 'BACKEND'] as const, ...cells];
  const width = (column: 0 | 1 | 2): number => Math.max(...all.map((row) => row[column].length));
  const [host, listener, match] = [width(0), width(1), width(2)];
  const lines = all.map((row) =>
    `${row[0].padEnd(host)}   ${row[1].padEnd(listener)}   ${row[2].padEnd(match)}   ${row[3]}`.trimEnd(),
  );
  return rows.length > limit ? [...lines, `… and ${rows.length - limit} more: kubectl-contour routes`] : lines;
}

export function faultLine({ message, severity, ...position }: FileFault): string {
  return `${place(position)}${severity}: ${message}`;
}

function diagnosticLine({ subject, pointer, message, severity, reason }: Diagnostic, locate: Locate): string {
  return `${place(locate(subject, pointer))}${severity}: ${subject.kind} ${displayName(subject)}: ${message} (${reason})`;
}

/** What there is to say of one object; nothing where all is well. */
export function statusLines(
  { ref, currentStatus, description, diagnostics }: ObjectStatus,
  locate: Locate,
): readonly string[] {
  if (diagnostics.length > 0) return diagnostics.map((each) => diagnosticLine(each, locate));
  if (currentStatus === 'valid') return [];
  return [`${place(locate(ref, ''))}warning: ${ref.kind} ${displayName(ref)} is ${currentStatus}: ${description}`];
}

function counted(count: number, one: string, many: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
}

/** `1 host, 1 certificate`: what one turn of the loop moved. Endpoints only where they are the whole story. */
export function movedText({ change }: Published): string {
  const parts = [
    ...counted(change.hosts.size, 'host', 'hosts'),
    ...counted(change.secrets.size, 'certificate', 'certificates'),
  ];
  if (parts.length > 0) return parts.join(', ');
  return counted(change.endpoints.size, 'set of endpoints', 'sets of endpoints').join();
}

/** `shop.yaml`, `3 files`: what was edited. */
export function editedText(files: ReadonlySet<string>): string {
  const [first = 'the input'] = files;
  return files.size > 1 ? `${files.size} files` : first;
}
