import type { Io } from '../io.ts';
import { escapeControls } from './escape.ts';

/** What is no error, as kubectl tells it. */
export function printWarning(message: string): string {
  return `Warning: ${escapeControls(message)}\n`;
}

/** Tells what is no error, a line each. */
export function warnTo(io: Pick<Io, 'writeError'>): (message: string) => void {
  return (message) => io.writeError(printWarning(message));
}
