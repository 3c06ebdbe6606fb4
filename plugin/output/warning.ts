import type { Io } from '../io.ts';
import { escapeControls } from './escape.ts';

/** Tells what is no error, a line each. */
export function warnTo(io: Io): (message: string) => void {
  return (message) => io.writeError(`Warning: ${escapeControls(message)}\n`);
}
