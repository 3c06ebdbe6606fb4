import type { RouteItem } from '../../routing/route-item.ts';
import type { RouteEvent, RouteTable } from '../route-table.ts';
import { printJson, printJsonLine } from './json.ts';
import { printNames } from './name.ts';
import { cellsOf } from './route-cells.ts';
import { createRouteTablePrinter } from './route-table.ts';
import type { Terminal } from './terminal.ts';

export const routesFormats = ['table', 'wide', 'json', 'yaml', 'name'] as const;

export interface RoutesStyle {
  readonly format: (typeof routesFormats)[number];
  readonly headers: boolean;
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
  switch (style.format) {
    case 'json':
      return { table: printJson, events: (events) => events.map(printJsonLine).join(''), likeness: JSON.stringify };
    case 'yaml':
      return yamlPrinter();
    case 'name':
      return {
        table: ({ items }) => printNames(items),
        events: (events) => printNames(events.map(({ object }) => object)),
        likeness: JSON.stringify,
      };
    case 'table':
    case 'wide':
      return tablePrinter(style);
  }
}

async function yamlPrinter(): Promise<RoutesPrinter> {
  const { printYaml } = await import('./yaml.ts');
  return {
    table: printYaml,
    events: (events) => events.map((event) => `---\n${printYaml(event)}`).join(''),
    likeness: JSON.stringify,
  };
}

function tablePrinter({ format, headers, terminal }: RoutesStyle): RoutesPrinter {
  const wide = format === 'wide';
  const printer = createRouteTablePrinter({ wide, headers, terminal });
  const objects = (events: readonly RouteEvent[], deleted: boolean): readonly RouteItem[] =>
    events.filter(({ type }) => (type === 'DELETED') === deleted).map(({ object }) => object);
  return {
    table: ({ items }) => printer.print(items),
    events: (events) => printer.print(objects(events, false)) + printer.printDeleted(objects(events, true)),
    likeness: (item) => JSON.stringify(cellsOf(item, wide)),
  };
}
