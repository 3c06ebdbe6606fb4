import { createDataPrinter } from '../output/data-printer.ts';
import { isOwnFormat, type ReportFormat } from '../output/report-format.ts';
import type { RowPrinter } from '../output/row-printer.ts';
import { diffItems } from '../services/diff-items.ts';
import type { RowOrder } from './row-order.ts';

export interface RowStyle<Item> {
  readonly format: ReportFormat;
  readonly headers: boolean;
  readonly order: RowOrder;
  /** Whether what is there at first is told. */
  readonly tellsFirst: boolean;
  readonly table: RowPrinter<Item>;
  /** What `-o name` prints. */
  names(items: readonly Item[]): string;
  /** What makes an item the same one as before. */
  identity(item: Item): string;
}

/** Prints what moved since it was called last: at first everything, or nothing. */
export async function rowChanges<Item>(style: RowStyle<Item>): Promise<(items: readonly Item[]) => string> {
  const { format, order, table, identity } = style;
  const data = isOwnFormat(format) ? null : await createDataPrinter(format, style.headers);
  let before: readonly Item[] | null = style.tellsFirst ? [] : null;
  return (items) => {
    const sorted = order.follow(items);
    if (before === null) {
      before = sorted;
      return '';
    }
    const events = diffItems(before, sorted, identity, data === null ? table.likeness : table.wholeLikeness);
    before = sorted;
    if (data !== null) return events.length === 0 ? '' : data.events(events);
    const objects = (deleted: boolean): readonly Item[] =>
      events.filter(({ type }) => (type === 'DELETED') === deleted).map(({ object }) => object);
    if (isOwnFormat(format) && format.type === 'name') return style.names(events.map(({ object }) => object));
    return table.print(objects(false)) + table.printDeleted(objects(true));
  };
}
