import type { TableSource } from '../route-table.ts';
import { escapeControls } from './escape.ts';

/** One line that says who answered. */
export function printSource(source: TableSource): string {
  const text =
    source.from === 'files'
      ? `Source: ${source.paths.join(', ')}`
      : `Source: the controller at ${source.url}, version ${source.version}`;
  return `${escapeControls(text)}\n`;
}
