import type { SyncItem, SyncKey, SyncReport, SyncState } from '../sync-report.ts';
import { escapeCell, escapeControls } from './escape.ts';
import { objectWords } from './source-words.ts';
import { printTable } from './table.ts';

const columns = [
  ['LISTENERS', 'lds'],
  ['ROUTES', 'rds'],
  ['CLUSTERS', 'cds'],
  ['ENDPOINTS', 'eds'],
  ['SECRETS', 'sds'],
] as const satisfies readonly (readonly [string, SyncKey])[];

/** Rows now and later in the same columns, under headers that come once. */
export interface SyncPrinter {
  print(items: readonly SyncItem[]): string;
  printDeleted(items: readonly SyncItem[]): string;
  likeness(item: SyncItem): string;
}

export function createSyncPrinter(headers: boolean): SyncPrinter {
  let head: readonly string[] | null = headers ? ['ENVOY', 'VERSION', ...columns.map(([title]) => title)] : null;
  let widths: readonly number[] = [];
  const print = (rows: readonly (readonly string[])[]): string => {
    if (rows.length === 0) return '';
    const printed = printTable({ headers: head, rows: rows.map((row) => row.map(escapeCell)), widths });
    head = null;
    widths = printed.widths;
    return printed.text;
  };
  return {
    print: (items) => print(items.map(cellsOf)),
    printDeleted: (items) => print(items.map(({ envoy }) => [envoy, 'gone'])),
    likeness: (item) => JSON.stringify(cellsOf(item)),
  };
}

function cellsOf({ envoy, version, types }: SyncItem): readonly string[] {
  return [envoy, version === '' ? '?' : version, ...columns.map(([, key]) => stateCell(types[key]))];
}

function stateCell({ state, behind, errors }: SyncState): string {
  if (state === 'ok') return 'ok';
  return state === 'nack' ? `NACK ${errors.length}` : `behind ${behind}`;
}

/** What was refused, with the object whose it is and the Envoy's own words. */
export function printRefusals({ items }: SyncReport): string {
  const lines = items.flatMap(({ envoy, types }) =>
    Object.values(types).flatMap(({ errors }) =>
      errors.map(({ name, message, host, object }) => {
        const whose =
          object === null ? (host ?? 'no object') : `${objectWords(object)}${host === null ? '' : `, host ${host}`}`;
        return `${envoy} refused ${name} of ${whose}: ${message}`;
      }),
    ),
  );
  return lines.map((line) => `${escapeControls(line)}\n`).join('');
}
