import { latest } from '../services/sync.ts';
import type { SyncItem, SyncKey, SyncReport, SyncState } from '../sync-report.ts';
import { escapeControls } from './escape.ts';
import { createRowPrinter, type RowPrinter } from './row-printer.ts';
import { objectWords } from './source-words.ts';

/** What an Envoy is told, in the order of the columns. */
export const syncColumns = [
  ['LISTENERS', 'lds'],
  ['ROUTES', 'rds'],
  ['CLUSTERS', 'cds'],
  ['ENDPOINTS', 'eds'],
  ['SECRETS', 'sds'],
] as const satisfies readonly (readonly [string, SyncKey])[];

export function createSyncPrinter(headers: boolean): RowPrinter<SyncItem> {
  return createRowPrinter({
    headers: headers ? ['ENVOY', 'VERSION', ...syncColumns.map(([title]) => title), 'LAST ACK'] : null,
    cells: cellsOf,
    settled: withoutAcks,
    deleted: ({ envoy }) => [envoy, 'gone'],
  });
}

function cellsOf(item: SyncItem): readonly string[] {
  const { envoy, version, types } = item;
  return [envoy, version === '' ? '?' : version, ...syncColumns.map(([, key]) => stateCell(types[key])), lastAck(item)];
}

/** Every acknowledgement moves their times. */
function withoutAcks({ types, ...item }: SyncItem): SyncItem {
  const settled = (key: SyncKey): SyncState => ({ ...types[key], ackedAt: null });
  const states = syncColumns.map(([, key]) => [key, settled(key)] as const);
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

/** `refused shop of proxy shop/web, host shop.example.com: …`, in the Envoy's own words. */
export function refusalsIn(types: SyncItem['types']): readonly string[] {
  return Object.values(types)
    .flatMap(({ errors }) => errors)
    .map(({ name, message, host, object }) => {
      const whose =
        object === null ? (host ?? 'no object') : `${objectWords(object)}${host === null ? '' : `, host ${host}`}`;
      return `refused ${name} of ${whose}: ${message}`;
    });
}

/** What was refused, with the object whose it is and the Envoy's own words. */
export function printRefusals({ items }: SyncReport): string {
  const lines = items.flatMap(({ envoy, types }) => refusalsIn(types).map((words) => `${envoy} ${words}`));
  return lines.map((line) => `${escapeControls(line)}\n`).join('');
}
