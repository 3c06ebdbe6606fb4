import { latest } from '../services/sync.ts';
import type { SyncItem, SyncKey, SyncReport, SyncState } from '../sync-report.ts';
import { escapeControls } from './escape.ts';
import { createRowPrinter, type RowPrinter } from './row-printer.ts';
import { objectWords } from './source-words.ts';

const columns = [
  ['LISTENERS', 'lds'],
  ['ROUTES', 'rds'],
  ['CLUSTERS', 'cds'],
  ['ENDPOINTS', 'eds'],
  ['SECRETS', 'sds'],
] as const satisfies readonly (readonly [string, SyncKey])[];

export function createSyncPrinter(headers: boolean): RowPrinter<SyncItem> {
  return createRowPrinter({
    headers: headers ? ['ENVOY', 'VERSION', ...columns.map(([title]) => title), 'LAST ACK'] : null,
    cells: cellsOf,
    settled: withoutAcks,
    deleted: ({ envoy }) => [envoy, 'gone'],
  });
}

function cellsOf(item: SyncItem): readonly string[] {
  const { envoy, version, types } = item;
  return [envoy, version === '' ? '?' : version, ...columns.map(([, key]) => stateCell(types[key])), lastAck(item)];
}

/** Every acknowledgement moves their times. */
function withoutAcks({ types, ...item }: SyncItem): SyncItem {
  const settled = (key: SyncKey): SyncState => ({ ...types[key], ackedAt: null });
  const states = columns.map(([, key]) => [key, settled(key)] as const);
  return { ...item, types: Object.fromEntries(states) as SyncItem['types'] };
}

export function lastAck({ types }: SyncItem): string {
  const at = latest(Object.values(types).map(({ ackedAt }) => ackedAt));
  return at === null ? '-' : `${new Date(at).toISOString().slice(0, 19)}Z`;
}

export function stateCell({ state, behind, errors }: SyncState): string {
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
