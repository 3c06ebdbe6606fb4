import CliTable from 'cli-table3';
import displayWidth from 'fast-string-width';

/** Rows under their headers, in the shape of kubectl's tables: no borders, three spaces between columns. */
export interface Table {
  /** Null where the headers were printed before, or are not wanted. */
  readonly headers: readonly string[] | null;
  /** Cells are escaped already; colours may be in them. */
  readonly rows: readonly (readonly string[])[];
  /** What earlier rows of the same table took, per column. */
  readonly widths: readonly number[];
}

export interface PrintedTable {
  /** Ends with a newline unless it is empty. */
  readonly text: string;
  readonly widths: readonly number[];
}

const LINES =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle';
const NO_LINES = Object.fromEntries(LINES.split(' ').map((name) => [name, '']));

export function printTable({ headers, rows, widths }: Table): PrintedTable {
  const lines = headers === null ? rows : [headers, ...rows];
  const columns = lines.reduce((most, line) => Math.max(most, line.length), widths.length);
  const grown = Array.from({ length: columns }, (_, column) => widthOf(lines, column, widths[column] ?? 0));
  const cells = lines.map((line) => line.map((cell, column) => padded(cell, grown[column] ?? 0)));
  const pieces = Array.from({ length: Math.ceil(cells.length / PIECE) }, (_, piece) =>
    layOut(cells.slice(piece * PIECE, (piece + 1) * PIECE)),
  );
  return { text: pieces.join(''), widths: grown };
}

/** The library's time grows with the square of the rows it is given; the cells have their widths already. */
const PIECE = 20;

function layOut(cells: readonly (readonly string[])[]): string {
  // The library colours heads and borders, into pipes too, unless it is told to use no style at all.
  const table = new CliTable({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 3, compact: true },
  });
  table.push(...cells.map((line) => [...line]));
  return table
    .toString()
    .split('\n')
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function widthOf(lines: readonly (readonly string[])[], column: number, least: number): number {
  return lines.reduce((width, line) => Math.max(width, displayWidth(line[column] ?? '')), least);
}

/** So that rows which come later stand under the first ones. */
function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - displayWidth(cell)));
}
