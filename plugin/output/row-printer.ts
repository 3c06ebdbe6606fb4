import { escapeCell } from './escape.ts';
import { printTable } from './table.ts';

/** Rows now and later in the same columns, under headers that come once. */
export interface RowPrinter<Item> {
  print(items: readonly Item[]): string;
  printDeleted(items: readonly Item[]): string;
  /** What of an item a row shows: where it stays the same, the row has not moved. */
  likeness(item: Item): string;
}

export interface RowShape<Item> {
  /** Null where they are not wanted. */
  readonly headers: readonly string[] | null;
  cells(item: Item): readonly string[];
  /** Cells after those that move without making the row new. */
  restless?(item: Item): readonly string[];
  /** The row of an item that is no more. */
  deleted(item: Item): readonly string[];
}

export function createRowPrinter<Item>({ headers, cells, restless, deleted }: RowShape<Item>): RowPrinter<Item> {
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
    print: (items) => print(items.map((item) => [...cells(item), ...(restless?.(item) ?? [])])),
    printDeleted: (items) => print(items.map(deleted)),
    likeness: (item) => JSON.stringify(cells(item)),
  };
}
