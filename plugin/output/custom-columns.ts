import { escapeCell } from './escape.ts';
import { printValue, valuesAt } from './json-path/evaluate.ts';
import { parsePath } from './json-path/parse.ts';
import { type Path, TemplateFault } from './json-path/template.ts';
import { printTable } from './table.ts';

export interface CustomColumn {
  readonly header: string;
  readonly path: Path;
}

/** `HOST:.host,BACKENDS:.action.backends[*].name`. Throws TemplateFault. */
export function parseColumns(text: string): readonly CustomColumn[] {
  if (text.trim() === '') throw new TemplateFault('names no column: write HEADER:PATH, divided by commas');
  return text.split(',').map((column) => {
    const at = column.indexOf(':');
    if (at <= 0) throw new TemplateFault(`has a column that is not HEADER:PATH: ${JSON.stringify(column)}`);
    return columnOf(column.slice(0, at), column.slice(at + 1));
  });
}

/** A line of headers above a line of paths, each divided by blanks. Throws TemplateFault. */
export function parseColumnsFile(text: string): readonly CustomColumn[] {
  const [headers = [], paths = []] = text.split('\n').map((line) => line.split(/\s+/).filter((word) => word !== ''));
  if (headers.length === 0 || headers.length !== paths.length)
    throw new TemplateFault('has not as many paths in its second line as headers in its first');
  return headers.map((header, index) => columnOf(header, paths[index] ?? ''));
}

function columnOf(header: string, path: string): CustomColumn {
  return { header, path: parsePath(path) };
}

/** Prints rows now and later in the same columns, under headers that come once. */
export interface ColumnPrinter {
  print(items: readonly unknown[]): string;
}

export function createColumnPrinter(columns: readonly CustomColumn[], headers: boolean): ColumnPrinter {
  let head = headers ? columns.map(({ header }) => escapeCell(header)) : null;
  let widths: readonly number[] = [];
  return {
    print(items) {
      if (items.length === 0) return '';
      const rows = items.map((item) => columns.map(({ path }) => escapeCell(cell(valuesAt(path, item)))));
      const printed = printTable({ headers: head, rows, widths });
      head = null;
      widths = printed.widths;
      return printed.text;
    },
  };
}

function cell(values: readonly unknown[]): string {
  return values.length === 0 ? '<none>' : values.map(printValue).join(',');
}
