import type { RedactedBytes } from './kubernetes-object.ts';

const redacted = '[redacted]';
// How Node's console and util.inspect ask an object to print itself.
const inspect = Symbol.for('nodejs.util.inspect.custom');

/** Holds bytes where no property leads to them. */
export function redactedBytes(bytes: Uint8Array): RedactedBytes {
  const print = (): string => redacted;
  return Object.freeze({ reveal: () => bytes, toString: print, toJSON: print, [inspect]: print });
}
