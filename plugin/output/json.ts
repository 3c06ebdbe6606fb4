import { escapeInStrings } from './escape.ts';

export function printJson(value: unknown): string {
  return `${escapeInStrings(JSON.stringify(value, null, 2))}\n`;
}

/** One document on one line. */
export function printJsonLine(value: unknown): string {
  return `${escapeInStrings(JSON.stringify(value))}\n`;
}
