import type { RouteItem } from '../../routing/route-item.ts';
import type { RouteEvent, RouteTable } from '../route-table.ts';
import { createDataPrinter } from './data-printer.ts';
import { printNames } from './name.ts';
import { cellsOf } from './route-cells.ts';
import { isOwnFormat, type OwnFormat, type ReportFormat } from './report-format.ts';
import { createRouteTablePrinter } from './route-table.ts';
import type { Terminal } from './terminal.ts';

export interface RoutesStyle {
  readonly format: ReportFormat;
  readonly headers: boolean;
  /** Whether a table tells the place of each row. */
  readonly order: boolean;
  readonly terminal: Terminal;
}

/** Writes route tables, and what moved in them, in one format. */
export interface RoutesPrinter {
  table(table: RouteTable): string;
  events(events: readonly RouteEvent[]): string;
  /** What of a row this format shows: a row whose likeness stays has not moved. */
  likeness(item: RouteItem): string;
}

export async function createRoutesPrinter(style: RoutesStyle): Promise<RoutesPrinter> {
  const { format, headers } = style;
  if (isOwnFormat(format)) return format.type === 'name' ? namePrinter : tablePrinter(style, format);
  const { report, events } = await createDataPrinter(format, headers);
  return { table: report, events, likeness: JSON.stringify };
}

const namePrinter: RoutesPrinter = {
  table: ({ items }) => printNames(items),
  events: (events) => printNames(events.map(({ object }) => object)),
  likeness: JSON.stringify,
};

function tablePrinter({ headers, order, terminal }: RoutesStyle, { type }: OwnFormat): RoutesPrinter {
  const columns = { wide: type === 'wide', order };
  const printer = createRouteTablePrinter({ ...columns, headers, terminal });
  const objects = (events: readonly RouteEvent[], deleted: boolean): readonly RouteItem[] =>
    events.filter(({ type }) => (type === 'DELETED') === deleted).map(({ object }) => object);
  return {
    table: ({ items }) => printer.print(items),
    events: (events) => printer.print(objects(events, false)) + printer.printDeleted(objects(events, true)),
    likeness: (item) => JSON.stringify(cellsOf(item, columns)),
  };
}
