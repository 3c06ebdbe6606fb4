import type { RouteItem } from '../../routing/route-item.ts';
import { escapeCell } from './escape.ts';
import { type Column, columnsOf, type RouteColumns, type RouteLine, routeLines } from './route-cells.ts';
import { printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface RouteTableStyle extends RouteColumns {
  readonly headers: boolean;
  readonly terminal: Terminal;
}

/** Prints rows now and later so that all of them stand in the same columns, under headers that come once. */
export interface RouteTablePrinter {
  print(items: readonly RouteItem[]): string;
  /** The same for rows that are no more. */
  printDeleted(items: readonly RouteItem[]): string;
}

export function createRouteTablePrinter({ headers, terminal, ...shown }: RouteTableStyle): RouteTablePrinter {
  const columns = columnsOf(shown);
  let head = headers ? columns.map((column) => column.toUpperCase()) : null;
  let widths: readonly number[] = [];
  const print = (lines: readonly RouteLine[]): string => {
    if (lines.length === 0) return '';
    const rows = lines.map((line, index) => {
      const above = terminal.interactive ? lines[index - 1] : undefined;
      return columns.map((column) => cell(line, above, column, terminal));
    });
    const printed = printTable({ headers: head, rows, widths });
    head = null;
    widths = printed.widths;
    return printed.text;
  };
  return {
    print: (items) => print(linesOf(items)),
    printDeleted: (items) => print(linesOf(items).map((line) => ({ ...line, status: 'deleted' }))),
  };
}

function linesOf(items: readonly RouteItem[]): readonly RouteLine[] {
  return items.flatMap((item, index) => routeLines(item, items[index - 1] ?? null));
}

/** Cells that say the same as the line above: the host, and, between the backends of one route, all but the backend. */
function isRepeated(line: RouteLine, above: RouteLine, column: Column): boolean {
  if (line.host !== above.host) return false;
  if (column === 'host') return true;
  const sameRoute = line.route === above.route;
  return sameRoute && column !== 'backend' && column !== 'weight' && column !== 'ready';
}

function cell(line: RouteLine, above: RouteLine | undefined, column: Column, { color }: Terminal): string {
  if (above !== undefined && isRepeated(line, above, column)) return '';
  const text = escapeCell(line[column]);
  return color && column === 'status' ? painted(text) : text;
}

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const PLAIN = '\u001b[39m';

/** Colour repeats what the word says already. */
function painted(status: string): string {
  if (status.startsWith('valid,') || status.startsWith('unverified')) return `${YELLOW}${status}${PLAIN}`;
  return status === 'valid' ? status : `${RED}${status}${PLAIN}`;
}
