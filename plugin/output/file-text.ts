import { escapeLines } from './escape.ts';
import type { Terminal } from './terminal.ts';

/** The text of a file: byte for byte for whoever goes on with it, spelled out for somebody who looks at it. */
export function printFileText(text: string, { interactive }: Terminal): string {
  return interactive ? escapeLines(text) : text;
}
