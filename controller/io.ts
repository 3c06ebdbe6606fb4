import type { Writable } from 'node:stream';

/** The outside world of a command. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process`, or whatever announces SIGINT, SIGTERM and SIGHUP. */
  readonly signals: NodeJS.EventEmitter;
}
