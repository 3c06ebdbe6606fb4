import { escapeCell } from './escape.ts';
import { printTable } from './table.ts';

/** Rows now and later in the same columns, under headers that come once. */
export interface RowPrinter<Item> {
  print(items: readonly Item[]): string;
  printDeleted(items: readonly Item[]): string;
  /** What of an item a row shows: where it stays the same, the row has not moved. */
  likeness(item: Item): string;
  /** The same of the whole item, as data tells it. */
  wholeLikeness(item: Item): string;
}

export interface RowShape<Item> {
  /** Null where they are not wanted. */
  readonly headers: readonly string[] | null;
  cells(item: Item): readonly string[];
  /** An item without what moves in it all the time, which alone makes no row and no event. */
  settled?(item: Item): Item;
  /** The row of an item that is no more. */
  deleted(item: Item): readonly string[];
}

export function createRowPrinter<Item>({
  headers,
  cells,
  settled = (item) => item,
  deleted,
}: RowShape<Item>): RowPrinter<Item> {
  let head = headers;
  let widths: readonly number[] = [];
  const print = (rows: readonly (readonly string[])[]): string => {
    if (rows.length === 0) return '';
    const printed = printTable({ headers: head, rows: rows.map((row) => row.map(escapeCell)), widths });
    head = null;
    widths = printed.widths;
    return printed.text;
  };
  return {
    print: (items) => print(items.map(cells)),
    printDeleted: (items) => print(items.map(deleted)),
    likeness: (item) => JSON.stringify(cells(settled(item))),
    wholeLikeness: (item) => JSON.stringify(settled(item)),
  };
}
